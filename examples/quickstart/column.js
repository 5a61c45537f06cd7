// A column of text that can be written to piece by piece, as tokens come.

const INDENT = '    '
/** The terminal's width; a pipe's is 80. */
const WIDTH = Math.max(40, process.stdout.columns ?? 80) - INDENT.length

/** Breaks lines before a piece that would not fit, and paints each piece; the pieces' own line breaks stay. */
export function openColumn(print, columnPaint = String) {
  let used = 0
  return {
    write(text, paint = columnPaint) {
      text.split(/(\n)/).forEach((piece) => {
        if (piece === '\n') {
          print('\n')
          used = 0
        } else if (piece !== '') {
          writePiece(piece, paint)
        }
      })
    },
  }

  function writePiece(piece, paint) {
    const isFirst = used === 0
    const breaks = !isFirst && INDENT.length + used + piece.length > WIDTH
    if (breaks) print('\n')
    const text = breaks ? piece.trimStart() : piece
    used = isFirst || breaks ? text.length : used + text.length
    print(`${isFirst || breaks ? INDENT : ''}${paint(text)}`)
  }
}
