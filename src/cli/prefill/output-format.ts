export const OUTPUT_FORMATS = ['jsonl', 'parquet', 'npy'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]
