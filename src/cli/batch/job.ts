import type { OutputFormat } from './output-format.js'
import { type ParquetFields, prefillFields, trainingFields } from './parquet-layout.js'
import type { Task } from './task.js'

/** A run over files, or from and to standard streams: what to do, and how. */
export interface Job {
  readonly task: Task
  readonly inputs: readonly string[]
  /** A file's name; `-` for standard output. */
  readonly out: string
  readonly jobs: number
  readonly batchBytes: number
  /** Go on with the run that the journal beside the output tells of. */
  readonly resume: boolean
  /** How many bad lines to put up with. */
  readonly maxErrors: number
  readonly checkpointSeconds: number
  readonly statsFile: string | undefined
  readonly plotFile: string | undefined
  /** For answers: the file with their prefills. */
  readonly prefillFile: string | undefined
}

export function formatOf(task: Task): OutputFormat {
  return task.command === 'completions' ? 'jsonl' : task.format
}

export function parquetFieldsOf(task: Task): ParquetFields {
  if (task.command === 'training') return trainingFields(task.pack !== undefined)
  return task.command === 'prefill' ? prefillFields(task.column) : []
}
