// Random values from a seed (mulberry32), the same on every machine.

export function createRandom(seed) {
  let state = seed >>> 0
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    /** A whole number below `limit`. */
    below: (limit) => Math.floor(random() * limit),
    chance: (probability) => random() < probability,
    pick: (list) => list[Math.floor(random() * list.length)],
    list: (length, make) => Array.from({ length }, make),
  }
}
