import { eastAsianWidth } from 'get-east-asian-width'

/**
 * Cuts one line of text into lines of at most `columns`, behind spaces where there are any; spaces at a cut may stand out beyond that. Joined, they
 * are the text again. Linear: a message may be one line of megabytes.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let start = 0
  let width = 0
  /** Behind the last space of the line, and the width up to there. */
  let space = 0
  let spaceWidth = 0
  let index = 0
  const cut = (end: number, endWidth: number) => {
    lines.push(text.slice(start, end))
    start = end
    width -= endWidth
  }
  for (const character of text) {
    if (character === ' ') {
      width++
      space = index + 1
      spaceWidth = width
    } else {
      const characterWidth = widthOf(character)
      if (width + characterWidth > columns && space > start) cut(space, spaceWidth)
      if (width + characterWidth > columns && index > start) cut(index, width)
      width += characterWidth
    }
    index += character.length
  }
  lines.push(text.slice(start))
  return lines
}

/** Columns that a terminal needs for a character: two for wide ones, none for what combines with the one before it. */
function widthOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  if (/[\p{M}\u200d]/u.test(character)) return 0
  return eastAsianWidth(character.codePointAt(0)!)
}
