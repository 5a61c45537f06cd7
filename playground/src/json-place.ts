import { jsonLanguage } from '@codemirror/lang-json'
import type { TextPlace } from './editor.js'

type Node = ReturnType<typeof jsonLanguage.parser.parse>['topNode']

/** Where JSON text breaks the grammar. */
export function syntaxErrorPlace(text: string): TextPlace | undefined {
  const cursor = jsonLanguage.parser.parse(text).cursor()
  do if (cursor.type.isError) return { from: cursor.from, to: cursor.to }
  while (cursor.next())
  return undefined
}

/** Where the value at a path such as `messages[2].content` stands in JSON text; the deepest that there is. */
export function placeOfPath(text: string, path: string): TextPlace | undefined {
  let node = valueIn(jsonLanguage.parser.parse(text).topNode)
  let found = node
  for (const [, key, quoted, index] of path.matchAll(/([^.[\]]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/g)) {
    if (node === undefined) break
    if (index !== undefined) {
      const items: Node[] = childrenOf(node).filter(({ name }) => VALUES.has(name))
      node = /^\d+$/.test(index) ? items[Number(index)] : undefined
    } else node = propertyOf(node, key ?? (JSON.parse(`"${quoted}"`) as string), text)
    found = node ?? found
  }
  return found && { from: found.from, to: found.to }
}

/** The line of a place, from 1. */
export function lineOf(text: string, { from }: TextPlace): number {
  return text.slice(0, from).split('\n').length
}

const VALUES: ReadonlySet<string> = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null'])

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

function valueIn(node: Node): Node | undefined {
  return childrenOf(node).findLast(({ name }) => VALUES.has(name))
}

function propertyOf(node: Node, key: string, text: string): Node | undefined {
  const property = childrenOf(node).findLast((child) => {
    const name = child.name === 'Property' ? child.firstChild : null
    return name !== null && text.slice(name.from, name.to) === JSON.stringify(key)
  })
  return property && valueIn(property)
}
