// Links the command into node_modules/.bin, where npx looks first: `npx gpt-oss-harmony` then runs this clone's build, as it runs the
// package's where it is installed.

import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}node_modules/.bin`
const { bin } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

// Windows wants privileges for links; npx installs the clone into its cache there.
if (existsSync(folder) && process.platform !== 'win32') {
  for (const [name, target] of Object.entries(bin)) {
    rmSync(`${folder}/${name}`, { force: true })
    symlinkSync(`../../${target}`, `${folder}/${name}`)
  }
}
