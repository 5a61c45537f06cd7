import { checkedList, checkedObject, invalidRequest, unsupportedContent } from './invalid-request.js'

/**
 * Reads a content of text: a string, or a list of parts, which are joined without a separator.
 *
 * @throws HarmonyError `invalid-request`; `unsupported-content` for images, audio and files
 */
export function readText(content: unknown, path: string): string {
  if (typeof content === 'string') return content
  const parts = checkedList(content, path, 'a string or a list of text parts')
  return parts.map((value, index) => readTextPart(value, `${path}[${index}]`)).join('')
}

/** @throws HarmonyError as {@link readText} */
export function readTextPart(value: unknown, path: string): string {
  // Some clients mix strings into the list.
  if (typeof value === 'string') return value
  const part = checkedObject(value, path)
  const { type } = part
  if (typeof type !== 'string') throw invalidRequest(`${path}.type`, type, '"text"')
  if (!TEXT_PARTS.has(type)) throw unsupportedContent(`${path}.type`, type, 'gpt-oss takes text alone')
  const key = type === 'refusal' ? 'refusal' : 'text'
  const text = part[key]
  if (typeof text !== 'string') throw invalidRequest(`${path}.${key}`, text, 'a string')
  return text
}

/** The types of text parts: of Chat Completions, and of the input and the output of Responses. */
const TEXT_PARTS: ReadonlySet<string> = new Set(['text', 'refusal', 'input_text', 'output_text'])
