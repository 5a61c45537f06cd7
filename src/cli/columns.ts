/** Pads the cells of a table to the widths of their columns: those of text on the right, those of numbers on the left. */
export function padColumns(
  rows: readonly (readonly string[])[],
  isText: (column: number) => boolean,
): string[][] {
  const widths = rows[0].map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column].length), 0),
  )
  return rows.map((row) =>
    row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))),
  )
}
