// Installs node-llama-cpp with the one binary that fits this machine's processor, into .harmony-cache/node-llama-cpp,
// where the tests find it. Its own installation would bring the binaries of all graphics cards, 732 MB.
//
// usage: node scripts/engines/install-node-llama-cpp.mjs

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const VERSION = '3.21.1'
const BINARIES = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'mac-x64',
  'darwin-arm64': 'mac-arm64-metal',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
}

const folder = fileURLToPath(new URL('../../.harmony-cache/node-llama-cpp', import.meta.url))
const binary = BINARIES[`${process.platform}-${process.arch}`]
// Written last: an installation that was cut off has none.
const mark = `${folder}/installed-${VERSION}`

if (binary === undefined) {
  console.error(
    `node-llama-cpp has no binary for ${process.platform}-${process.arch}; the tests that need it will skip`,
  )
  process.exitCode = 1
} else if (!existsSync(mark)) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n')
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--save-exact',
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `node-llama-cpp@${VERSION}`,
      `@node-llama-cpp/${binary}@${VERSION}`,
    ],
    { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' },
  )
  if (status === 0) writeFileSync(mark, '')
  else {
    console.error('node-llama-cpp could not be installed (see above); the tests that need it will skip')
    process.exitCode = 1
  }
}
