import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import process from 'node:process'
import { WrongUsage } from '../failure.js'
import { unwritable } from './partial-file.js'

/** The right to write an output: one run at a time has it. */
export interface RunLock {
  release(): Promise<void>
}

export function lockPathOf(out: string): string {
  return `${out}.lock`
}

/**
 * Takes the locks of several outputs, or none of them.
 *
 * @throws WrongUsage if another run holds one of them; BadInput if a lock cannot be written
 */
export async function lockOutputs(outs: readonly string[]): Promise<RunLock> {
  const locks: RunLock[] = []
  const release = async (): Promise<void> => {
    for (const lock of locks) await lock.release()
  }
  try {
    for (const out of outs) locks.push(await lockOutput(out))
  } catch (error) {
    await release()
    throw error
  }
  return { release }
}

/** What a lock file says about the run that holds it. */
interface Holder {
  /** Distinguishes this lock from every other one. */
  readonly id: string
  readonly pid: number
  /** When the process started, in the system's own unit; `null` where the system does not say. */
  readonly processStart: string | null
  /** The processes among which `pid` is unique: a machine's, or a container's. */
  readonly place: string
  readonly since: string
}

/**
 * Takes the lock of one output. A lock whose holder has died is replaced, and of several runs that try to
 * replace it only one can: they compete to create the dead lock's successor, a file named after its id.
 *
 *   OUT.lock (id a, dead) → OUT.lock.a (id b, dead) → OUT.lock.b (this run's) → renamed to OUT.lock
 */
async function lockOutput(out: string): Promise<RunLock> {
  const path = lockPathOf(out)
  const own = await ownHolder()
  // Linked into place when complete: nobody reads half a lock.
  const ownPath = `${path}-${own.id}`
  try {
    await writeFile(ownPath, `${JSON.stringify(own)}\n`, { flag: 'wx' })
    while (!(await replaceDeadLocks(out, path, ownPath)));
  } catch (error) {
    throw error instanceof WrongUsage ? error : unwritable(path, error)
  } finally {
    await rm(ownPath, { force: true })
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    // A lock that somebody removed is not put back.
    utimes(path, now, now).catch(() => undefined)
  }, HEARTBEAT_SECONDS * 1000)
  heartbeat.unref()
  return {
    async release() {
      clearInterval(heartbeat)
      await rm(path, { force: true })
    },
  }
}

/** Makes the file at `ownPath` the lock. @returns `false` if the locks changed meanwhile: look again */
async function replaceDeadLocks(out: string, path: string, ownPath: string): Promise<boolean> {
  const dead: Holder[] = []
  let end = path
  for (let holder = await readHolder(end); holder !== undefined; holder = await readHolder(end)) {
    if (await isAlive(holder, end, ownPath)) throw heldBy(holder, out, path)
    dead.push(holder)
    end = `${path}.${holder.id}`
  }
  if (!(await linkIfAbsent(ownPath, end))) return false
  if (dead.length === 0) return true

  // Another run may have replaced these locks, and released its own, while they were read.
  const isCurrent = (await readHolder(path))?.id === dead[0].id
  if (isCurrent) await rename(ownPath, path)
  for (const { id } of isCurrent ? dead : dead.slice(-1)) await rm(`${path}.${id}`, { force: true })
  return isCurrent
}

/** @returns `false` if there is such a file already */
async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error
      // Not every file system has links.
      return copyFile(from, to, constants.COPYFILE_EXCL)
    })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** @throws WrongUsage for a file that is no lock */
async function readHolder(path: string): Promise<Holder | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const holder = JSON.parse(text) as Holder
    if (/^[\w-]+$/.test(holder.id) && Number.isSafeInteger(holder.pid)) return holder
  } catch {
    // Reported below.
  }
  throw new WrongUsage(
    `${path}: not a lock that harmony has written: remove it if no run writes this output, or name another output`,
  )
}

const HEARTBEAT_SECONDS = 10
/** Of a run on another machine, whose process cannot be looked for. */
const SILENT_SECONDS_OF_DEAD = 60

async function isAlive(holder: Holder, lockPath: string, ownPath: string): Promise<boolean> {
  if (holder.place === (await placeOfProcesses())) {
    if (!isRunning(holder.pid)) return false
    const start = await processStartOf(holder.pid)
    return start === null || holder.processStart === null || start === holder.processStart
  }
  try {
    // Both times are the file system's, so that two clocks need not agree.
    const [lock, own] = await Promise.all([stat(lockPath), stat(ownPath)])
    return own.mtimeMs - lock.mtimeMs < SILENT_SECONDS_OF_DEAD * 1000
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function heldBy({ pid, place, since }: Holder, out: string, path: string): WrongUsage {
  return new WrongUsage(
    `${out}: another run is writing it, process ${pid} on ${place.split(' ', 1)[0]} since ${since}: wait until it ends, stop it, or name another output (lock: ${path})`,
  )
}

async function ownHolder(): Promise<Holder> {
  return {
    id: randomUUID(),
    pid: process.pid,
    processStart: await processStartOf(process.pid),
    place: await placeOfProcesses(),
    since: new Date().toISOString(),
  }
}

/** A container has process ids of its own under what may be the machine's name. */
async function placeOfProcesses(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${hostname()} ${namespace}`.trim()
}

/** A process id is used again after a while; with the start time it is not. */
async function processStartOf(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The 22nd field; the second, the program's name, may hold spaces and ends at the last bracket.
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
