import type { RowGroup, SchemaElement } from 'hyparquet'

// What a run needs to know of Parquet files before it loads what writes them, which takes 40 ms.

/** At the front of a Parquet file, and at its end. */
export const PARQUET_MAGIC = new TextEncoder().encode('PAR1')

/** Each field's elements, from the field down to what holds its values. */
export type ParquetFields = readonly (readonly SchemaElement[])[]

export function textField(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): SchemaElement[] {
  return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition }]
}

export function listField(name: string): SchemaElement[] {
  return [
    { name, repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' },
  ]
}

/** The fields of a prefill file. @param column the name of the column with the prompts' tokens */
export function prefillFields(column: string): ParquetFields {
  return Object.values(prefillColumns(column))
}

export function prefillColumns(column: string) {
  return {
    customId: textField('custom_id', 'REQUIRED'),
    tokens: listField(column),
    samplingParams: textField('sampling_params', 'REQUIRED'),
    tokenCount: [{ name: 'num_prompt_tokens', type: 'INT32', repetition_type: 'REQUIRED' }],
    toolNames: textField('tool_names', 'OPTIONAL'),
  } satisfies Record<string, SchemaElement[]>
}

/** The fields of a training file. */
export function trainingFields(isPacked: boolean): ParquetFields {
  return [textField('custom_id', 'REQUIRED'), ...trainingLists(isPacked).map(listField)]
}

export function trainingLists(isPacked: boolean) {
  return isPacked ? ([...TRAINING_LISTS, 'position_ids'] as const) : TRAINING_LISTS
}

const TRAINING_LISTS = ['input_ids', 'labels', 'attention_mask'] as const

/** A row group's entry with its offsets `byteCount` further on. */
export function moved(rowGroup: RowGroup, byteCount: number): RowGroup {
  const by = BigInt(byteCount)
  return {
    ...rowGroup,
    columns: rowGroup.columns.map((chunk) => {
      const { meta_data: meta } = chunk
      if (meta === undefined)
        throw new Error('a column chunk without its meta data: has hyparquet-writer changed?')
      return {
        ...chunk,
        file_offset: chunk.file_offset + by,
        meta_data: {
          ...meta,
          data_page_offset: meta.data_page_offset + by,
          ...(meta.dictionary_page_offset === undefined
            ? {}
            : { dictionary_page_offset: meta.dictionary_page_offset + by }),
        },
      }
    }),
  }
}
