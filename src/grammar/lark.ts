import { specialTokenText } from '../tokenizer/index.js'
import type { Part } from './parts.js'

/**
 * Writes a part as a Lark grammar of llguidance. Special tokens are terminals there, which no text matches.
 *
 * Source: llguidance 1.9.1, docs/syntax.md.
 */
export function larkGrammar(part: Part): string {
  // JSON stands in rules of its own: `%json` may not be part of an expression.
  const schemas: string[] = []
  const expression = (node: Part): string => {
    switch (node.type) {
      case 'marker':
        return specialTokenText(node.token)
      case 'literal':
        return JSON.stringify(node.text)
      case 'text':
        return 'TEXT'
      case 'json': {
        const name = `json_${schemas.length + 1}`
        schemas.push(`${name}: %json ${JSON.stringify(node.schema)}`)
        return name
      }
      case 'sequence':
        return node.parts.length === 0 ? '""' : node.parts.map(expression).join(' ')
      case 'choice':
        return `(${node.parts.map(expression).join(' | ')})`
      case 'repeat':
        return `(${expression(node.part)})*`
    }
  }
  return [`start: ${expression(part)}`, ...schemas, 'TEXT: /(.|\\n)*/', ''].join('\n')
}
