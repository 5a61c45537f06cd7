/**
 * Returns the path of `key` under `path`, as in `messages[0].content` or `tools["my
 * tools"]`.
 */
export function childPath(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`
  const name = String(key)
  if (!IDENTIFIER.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/
