import { itemIn, type ResponseStore, type StoredResponse } from '../../gateway/index.js'
import { HarmonyError } from '../../errors.js'
import { BadInput } from '../failure.js'

export interface SqliteStoreOptions {
  /** How many responses are kept; the oldest go first. All of them by default. */
  readonly maxResponses?: number | undefined
  /** How many milliseconds a response is kept; until it is deleted by default. */
  readonly timeToLiveMs?: number | undefined
  /** The time in milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

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

/** The file belongs to one process: what it finds unfinished, nobody makes any more. */
const SCHEMA = `
  PRAGMA busy_timeout = 0;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS responses (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, changed INTEGER NOT NULL, json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_change ON responses (changed);
  CREATE TABLE IF NOT EXISTS items (
    id TEXT, response TEXT REFERENCES responses ON DELETE CASCADE, PRIMARY KEY (id, response)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_response ON items (response);
`

/**
 * Opens a store in a SQLite file, through `node:sqlite` (Node 22.13 or later) or the optional package `better-sqlite3`.
 * Responses that were being made when the last process ended become failed ones.
 *
 * @throws HarmonyError `missing-package` if there is neither; BadInput if the file cannot be opened or another process
 *   has it open
 */
export async function sqliteStore(
  file: string,
  { maxResponses = -1, timeToLiveMs = Infinity, now = Date.now }: SqliteStoreOptions = {},
): Promise<ResponseStore> {
  const database = await open(file)
  const insert = database.prepare('INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?)')
  const insertItem = database.prepare('INSERT OR IGNORE INTO items VALUES (?, ?)')
  const select = database.prepare('SELECT json FROM responses WHERE id = ? AND changed > ?')
  const selectOpen = database.prepare("SELECT json FROM responses WHERE status IN ('queued', 'in_progress')")
  const selectHolding = database.prepare(
    'SELECT json FROM items JOIN responses ON response = responses.id WHERE items.id = ? AND changed > ? LIMIT 1',
  )
  const remove = database.prepare('DELETE FROM responses WHERE id = ?')
  const removeOld = database.prepare('DELETE FROM responses WHERE changed <= ?')
  const removeExcess = database.prepare(
    'DELETE FROM responses WHERE rowid IN (SELECT rowid FROM responses ORDER BY changed DESC, rowid DESC LIMIT -1 OFFSET ?)',
  )

  const oldest = () => Math.max(now() - timeToLiveMs, -1)
  const read = (row: unknown): StoredResponse | undefined =>
    row == null ? undefined : (JSON.parse((row as { json: string }).json) as StoredResponse)
  const set = (id: string, stored: StoredResponse) => {
    const { response, inputItems } = stored
    database.exec('BEGIN')
    try {
      insert.run(id, response.status, now(), JSON.stringify(stored))
      for (const item of [...response.output, ...inputItems]) {
        const { id: itemId } = item as { id?: unknown }
        if (typeof itemId === 'string') insertItem.run(itemId, id)
      }
      removeOld.run(oldest())
      if (maxResponses >= 0) removeExcess.run(maxResponses)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
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
    get: (id) => read(select.get(id, oldest())),
    set,
    findItem(itemId) {
      const stored = read(selectHolding.get(itemId, oldest()))
      return stored && itemIn(stored, itemId)
    },
    delete: (id) => Number(remove.run(id).changes) > 0,
    close: () => void database.close(),
  }
}

async function open(file: string): Promise<Database> {
  const Database = await loadSqlite()
  let database: Database | undefined
  try {
    database = new Database(file)
    database.exec(SCHEMA)
    return database
  } catch (cause) {
    database?.close()
    const { message } = cause as Error
    const words = message === 'database is locked' ? 'another process has it open' : message
    throw new BadInput(`${file}: ${words}`, { cause })
  }
}

async function loadSqlite(): Promise<new (file: string) => Database> {
  // Names in variables: neither TypeScript nor a bundler looks for what may not be there.
  const [builtin, addon] = ['node:sqlite', 'better-sqlite3']
  try {
    const { DatabaseSync } = (await import(builtin)) as { DatabaseSync: new (file: string) => Database }
    return DatabaseSync
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
  }
  try {
    const { default: BetterSqlite3 } = (await import(addon)) as { default: new (file: string) => Database }
    return BetterSqlite3
  } catch (cause) {
    throw new HarmonyError(
      'missing-package',
      `better-sqlite3: cannot be loaded, wanted it installed, or Node 22.13 with its own SQLite: npm install ${addon}@12`,
      { evidence: addon, cause },
    )
  }
}
