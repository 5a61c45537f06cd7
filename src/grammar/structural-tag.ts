import { SPECIAL_TOKENS, specialTokenText } from '../tokenizer/index.js'
import { LONGEST_SPACE } from './gbnf-json.js'
import type { Part } from './parts.js'
import { MARKER_STARTS, type PatternSyntax, plainText } from './plain-text.js'

/** A format of xgrammar's structural tags. */
export type StructuralTagFormat = Readonly<Record<string, unknown>> & { readonly type: string }

/**
 * Writes a part with markers as text, in formats that old and new releases of xgrammar know. What holds no JSON becomes
 * a regular expression.
 */
export function textFormat(part: Part): StructuralTagFormat {
  const pattern = regexOf(part)
  if (pattern !== undefined) return { type: 'regex', pattern }
  switch (part.type) {
    case 'json':
      return jsonFormat(part.schema)
    case 'sequence':
      return { type: 'sequence', elements: part.parts.map(textFormat) }
    case 'choice':
      return { type: 'or', elements: part.parts.map(textFormat) }
    default:
      throw new TypeError(
        `textFormat: found a ${part.type} with JSON in it, wanted one that a regular expression writes`,
      )
  }
}

/** Writes a part with markers as ids, which are never spelled out by other tokens. */
export function tokenFormat(part: Part): StructuralTagFormat {
  switch (part.type) {
    case 'marker':
      return { type: 'token', token: part.token }
    case 'literal':
      return { type: 'const_string', value: part.text }
    case 'text':
      return { type: 'any_tokens', exclude_tokens: Object.values(SPECIAL_TOKENS) }
    case 'json':
      return jsonFormat(part.schema)
    case 'sequence':
      return { type: 'sequence', elements: part.parts.map(tokenFormat) }
    case 'choice': {
      const parts = part.parts.filter((alternative) => !isEmpty(alternative))
      const either: StructuralTagFormat = { type: 'or', elements: parts.map(tokenFormat) }
      return parts.length < part.parts.length ? { type: 'optional', content: either } : either
    }
    case 'repeat':
      return { type: 'star', content: tokenFormat(part.part) }
  }
}

/**
 * Writes JSON whose white space ends and whose strings hold no special token: xgrammar takes a
 * token for its spelling there, and the message would end within the string. Beside `excludes` it
 * drops the lengths of strings, so a schema with lengths goes without.
 */
function jsonFormat(schema: unknown): StructuralTagFormat {
  const hasLengths = /"(?:min|max)Length":/.test(JSON.stringify(schema))
  return {
    type: 'json_schema',
    json_schema: schema,
    max_whitespace_cnt: LONGEST_SPACE,
    ...(!hasLengths && { excludes: MARKER_STARTS }),
  }
}

// xgrammar takes no empty sequence, and no empty alternative in a regular expression.
function isEmpty(part: Part): boolean {
  return part.type === 'sequence' && part.parts.length === 0
}

/** The regular expression for a part; `undefined` if there is JSON in it. */
function regexOf(part: Part): string | undefined {
  switch (part.type) {
    case 'marker':
      return escaped(specialTokenText(part.token))
    case 'literal':
      return escaped(part.text)
    case 'text':
      return plainText(REGEX)
    case 'json':
      return undefined
    case 'repeat': {
      const pattern = regexOf(part.part)
      return pattern === undefined ? undefined : `${REGEX.group(pattern)}*`
    }
    case 'sequence': {
      const patterns = part.parts.map(regexOf)
      return patterns.includes(undefined) ? undefined : patterns.join('')
    }
    case 'choice': {
      const parts = part.parts.filter((alternative) => !isEmpty(alternative))
      const patterns = parts.map(regexOf)
      if (patterns.includes(undefined)) return undefined
      return `${REGEX.group(patterns.join('|'))}${parts.length < part.parts.length ? '?' : ''}`
    }
  }
}

const REGEX: PatternSyntax = { group: (body) => `(${body})`, literal: escaped, separator: '' }

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
