import { itemIn, type ResponseStore, type StoredResponse } from '../../gateway/index.js'
import { HarmonyError } from '../../errors.js'

/** What this file uses of `node:sqlite` and of `better-sqlite3`: the same names. */
interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): unknown
}

interface Statement {
  run(...values: unknown[]): { readonly changes: number | bigint }
  get(...values: unknown[]): unknown
  all(...values: unknown[]): unknown[]
}

/**
 * Opens a store in a SQLite file, through `node:sqlite` (Node 22.13 or later) or the optional package `better-sqlite3`.
 * Responses that were being made when the last process ended become failed ones.
 *
 * @throws HarmonyError `missing-package` if there is neither
 */
export async function sqliteStore(file: string): Promise<ResponseStore> {
  const database = await open(file)
  database.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS responses (id TEXT PRIMARY KEY, status TEXT NOT NULL, json TEXT NOT NULL)',
  )
  const insert = database.prepare('INSERT OR REPLACE INTO responses (id, status, json) VALUES (?, ?, ?)')
  const select = database.prepare('SELECT json FROM responses WHERE id = ?')
  const selectOpen = database.prepare("SELECT json FROM responses WHERE status IN ('queued', 'in_progress')")
  const selectHolding = database.prepare('SELECT json FROM responses WHERE instr(json, ?) > 0 LIMIT 10')
  const remove = database.prepare('DELETE FROM responses WHERE id = ?')

  const read = (row: unknown): StoredResponse | undefined =>
    row == null ? undefined : (JSON.parse((row as { json: string }).json) as StoredResponse)
  const set = (id: string, stored: StoredResponse) => {
    insert.run(id, stored.response.status, JSON.stringify(stored))
  }
  for (const row of selectOpen.all()) {
    const stored = read(row)!
    const error = {
      code: 'server_error',
      message: 'The server stopped before the response was over.',
    } as const
    set(stored.response.id, { ...stored, response: { ...stored.response, status: 'failed', error } })
  }
  return {
    get: (id) => read(select.get(id)),
    set,
    findItem(itemId) {
      for (const row of selectHolding.all(JSON.stringify(itemId))) {
        const item = itemIn(read(row)!, itemId)
        if (item !== undefined) return item
      }
      return undefined
    },
    delete: (id) => Number(remove.run(id).changes) > 0,
    close: () => void database.close(),
  }
}

async function open(file: string): Promise<Database> {
  // Names in variables: neither TypeScript nor a bundler looks for what may not be there.
  const [builtin, addon] = ['node:sqlite', 'better-sqlite3']
  try {
    const { DatabaseSync } = (await import(builtin)) as { DatabaseSync: new (file: string) => Database }
    return new DatabaseSync(file)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
  }
  try {
    const { default: BetterSqlite3 } = (await import(addon)) as { default: new (file: string) => Database }
    return new BetterSqlite3(file)
  } catch (cause) {
    throw new HarmonyError(
      'missing-package',
      `better-sqlite3: cannot be loaded, wanted it installed, or Node 22.13 with its own SQLite: npm install ${addon}`,
      { evidence: addon, cause },
    )
  }
}
