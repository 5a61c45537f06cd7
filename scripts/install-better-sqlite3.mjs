// Installs better-sqlite3 into .harmony-cache/better-sqlite3, where the tests find it. Where its prebuilt binary cannot
// be downloaded, it is compiled (a minute; needs Python, make and a C++ compiler), against the headers that came with
// Node if there are some.
//
// usage: node scripts/install-better-sqlite3.mjs

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

// The last major version that runs on Node 20.
const VERSION = '12.11.1'

const folder = fileURLToPath(new URL('../.harmony-cache/better-sqlite3', import.meta.url))
const nodeFolder = dirname(dirname(process.execPath))
const hasHeaders = existsSync(`${nodeFolder}/include/node/node.h`)
// Written last: an installation that was cut off has none. A binary serves one version of Node's interface.
const mark = `${folder}/installed-${VERSION}-${process.versions.modules}`

if (!existsSync(mark)) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n')
  const { status } = spawnSync(
    'npm',
    ['install', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error', `better-sqlite3@${VERSION}`],
    {
      cwd: folder,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, ...(hasHeaders && { npm_config_nodedir: nodeFolder }) },
    },
  )
  if (status === 0) writeFileSync(mark, '')
  else {
    console.error('better-sqlite3 could not be installed (see above); the tests that need it will skip')
    process.exitCode = 1
  }
}
