import { specialTokenText } from '../tokenizer/index.js'
import { createJsonRules, gbnfLiteral } from './gbnf-json.js'
import type { Part } from './parts.js'
import { type PatternSyntax, plainText } from './plain-text.js'

/**
 * Writes a part as a GBNF grammar of llama.cpp. Markers are their texts, or ids, which are never spelled out by other tokens.
 * Text never holds `<|` before a letter, so no marker is text.
 *
 * Source: llama.cpp b11434, grammars/README.md.
 */
export function gbnfGrammar(part: Part, markers: 'tokens' | 'text'): string {
  const json = createJsonRules()
  const expression = (node: Part): string => {
    switch (node.type) {
      case 'marker':
        return markers === 'tokens' ? `<[${node.token}]>` : gbnfLiteral(specialTokenText(node.token))
      case 'literal':
        return gbnfLiteral(node.text)
      case 'text':
        return 'text'
      case 'json':
        return json.ruleFor(node.schema)
      case 'sequence':
        return node.parts.length === 0 ? '""' : node.parts.map(expression).join(' ')
      case 'choice':
        return `(${node.parts.map(expression).join(' | ')})`
      case 'repeat':
        return `(${expression(node.part)})*`
    }
  }
  return [`root ::= ${expression(part)}`, `text ::= ${plainText(GBNF)}`, ...json.rules(), ''].join('\n')
}

const GBNF: PatternSyntax = { group: (body) => `(${body})`, literal: gbnfLiteral, separator: ' ' }
