const MOST_TRIES = 3000

/** A smaller JSON value of which `fails` still holds: parts are left out, the large ones first, until none can be. */
export async function shrink(
  value: unknown,
  fails: (candidate: unknown) => Promise<boolean>,
): Promise<unknown> {
  let smallest = value
  let tries = 0
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false
    for (const candidate of smaller(smallest)) {
      if (++tries > MOST_TRIES) return smallest
      if (!(await fails(candidate))) continue
      smallest = candidate
      hasShrunk = true
      break
    }
  }
  return smallest
}

/** One part of the value alone, the value with one part left out, or with one part made smaller. */
function* smaller(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    for (const characters of shorter([...value])) yield characters.join('')
  } else if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (typeof item === 'object' && item !== null) yield item
    yield* shorter(value as readonly unknown[])
    for (let i = 0; i < value.length; i++) for (const part of smaller(value[i])) yield value.with(i, part)
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Readonly<Record<string, unknown>>)
    for (const [, item] of entries) if (typeof item === 'object' && item !== null) yield item
    // Not by assignment: `__proto__` is a key like any other.
    for (const rest of shorter(entries)) yield Object.fromEntries(rest)
    for (let i = 0; i < entries.length; i++) {
      const [key, item] = entries[i]
      for (const part of smaller(item)) yield Object.fromEntries(entries.with(i, [key, part]))
    }
  }
}

/** The list without a run of its items: first half of it, then a quarter, at last single items. */
function* shorter<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let length = items.length; length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < items.length; start += length)
      yield [...items.slice(0, start), ...items.slice(start + length)]
  }
}
