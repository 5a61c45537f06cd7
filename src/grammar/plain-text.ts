/** How a grammar language writes a group, a literal and what goes between the items of a sequence. */
export interface PatternSyntax {
  readonly group: (body: string) => string
  readonly literal: (text: string) => string
  readonly separator: string
}

/**
 * Writes the pattern for text without special tokens, for grammars that see a token as its spelling: `<|` never comes before
 * a letter, as it does in every marker. `|`, `*`, `?` and character classes mean the same in the regular expressions of
 * xgrammar and in GBNF.
 *
 * A pattern that leaves out just the markers would admit `<|x` too; xgrammar takes seconds to compile it.
 */
export function plainText({ group, literal, separator }: PatternSyntax): string {
  const join = (...items: readonly string[]) => items.join(separator)
  const afterBar = `${group(join('[^<a-z]', '[^<]*'))}?`
  const afterLess = `${group(`${join(literal('|'), afterBar)}|${join('[^<|]', '[^<]*')}`)}?`
  return join('[^<]*', `${group(join(literal('<'), afterLess))}*`)
}

/** What {@link plainText} leaves out. */
export const MARKER_STARTS = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `<|${letter}`)
