/** Round numbers within a range that has a length, so many of them or a few more or less. */
export function roundNumbers(from: number, to: number, count: number): number[] {
  const power = 10 ** Math.floor(Math.log10((to - from) / count))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => (to - from) / size <= count)!
  const first = Math.ceil(from / step)
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, index) =>
    // Without the dust of binary fractions.
    Number(((first + index) * step).toPrecision(12)),
  )
}
