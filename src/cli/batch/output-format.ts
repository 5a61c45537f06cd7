export const OUTPUT_FORMATS = ['jsonl', 'parquet', 'npy'] as const
/** The columns of Parquet beside the one of the token ids, whose name is to be chosen. */
export const OTHER_COLUMNS = ['custom_id', 'sampling_params', 'num_prompt_tokens', 'tool_names'] as const

export type OutputFormat = (typeof OUTPUT_FORMATS)[number]
