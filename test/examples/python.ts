import { spawnSync } from 'node:child_process'

/** `python3`, or the Python that `HARMONY_PYTHON` names. */
export const PYTHON = process.env['HARMONY_PYTHON'] ?? 'python3'

/** @returns whether there is a Python that can import these modules; 3.10 is the first that the examples run on */
export function hasPython(...modules: readonly string[]): boolean {
  const script = `import sys; ${modules.map((name) => `import ${name}; `).join('')}sys.exit(sys.version_info < (3, 10))`
  return spawnSync(PYTHON, ['-c', script]).status === 0
}

/** Runs a script. @throws Error with what it says, where it fails */
export function runPython(argv: readonly string[], { modules }: { readonly modules?: string } = {}): void {
  const env = {
    ...process.env,
    ...(modules === undefined ? {} : { PYTHONPATH: modules }),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const { status, stderr } = spawnSync(PYTHON, argv, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${argv.join(' ')}: ended with ${status}\n${stderr.slice(-4000)}`)
}
