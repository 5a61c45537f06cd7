import { expect, test } from 'vitest'
import { readPrompt } from '../../playground/src/write/read-prompt.js'
import type { PromptSource } from '../../playground/src/write/write-state.js'
import { loadHarmonyEncoding } from '../../src/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

const PARAMETERS =
  '{"type":"object","properties":{"b":{"type":"number","default":2.0},"10":{"type":"string"}}}'
const TOOL = `"name":"f","description":"","parameters":${PARAMETERS}`
const NAMESPACES = `{"functions":{"name":"functions","tools":[{${TOOL}}]}}`

// The official library 0.0.8 prints this type.
test.each<readonly [form: PromptSource['form'], text: string]>([
  [
    'conversation',
    `{"messages":[{"role":"developer","content":[{"type":"developer_content","tools":${NAMESPACES}}]}]}`,
  ],
  [
    'chat',
    `{"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{${TOOL}}}]}`,
  ],
  ['responses', `{"input":"Hi","tools":[{"type":"function",${TOOL}}]}`],
])('prints numbers and keys as they were written: %s', (form, text) => {
  const settings = { effort: '', date: '', browser: false, python: false, dialect: '' } as const
  const read = readPrompt({ ...settings, form, text, headerOrder: 'recipient-first', dropAnalysis: 'none' })
  if (!('tokens' in read)) throw new Error(read.message)
  expect(encoding.decode(read.tokens)).toContain(
    '(_: {\nb?: number, // default: 2.0\n10?: string,\n}) => any',
  )
})
