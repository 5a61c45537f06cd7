import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'

export async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path)
  return parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) })
}
