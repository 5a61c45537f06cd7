// `npm run package`: packs the package as it would be published and looks at it with publint and are-the-types-wrong.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Of the package and everything that it brings: what `npm install gpt-oss-harmony` puts on a disk, in bytes. */
const LARGEST_INSTALL = 4_000_000

const folder = mkdtempSync(join(tmpdir(), 'harmony-package-'))
try {
  // Without its scripts: `prepare` would build once more.
  const report = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
  })
  const [{ filename, size, unpackedSize }] = JSON.parse(report)
  console.log(`${filename}: ${size} bytes, ${unpackedSize} unpacked`)
  const installSize = unpackedSize + dependenciesSize()
  console.log(`production install: ${installSize} bytes`)
  if (installSize > LARGEST_INSTALL)
    fail(`production install: found ${installSize} bytes, wanted at most ${LARGEST_INSTALL}`)
  const tarball = join(folder, filename)
  run('publint', ['run', tarball, '--strict'])
  run('attw', [tarball, '--profile', 'esm-only'])
} finally {
  rmSync(folder, { recursive: true })
}

/** Bytes of all packages that a production install brings beside this one, optional peers not among them. */
function dependenciesSize() {
  const list = ['ls', '--omit=dev', '--omit=peer', '--omit=optional', '--all', '--parseable']
  const [, ...folders] = execFileSync('npm', list, { encoding: 'utf8' }).trim().split('\n')
  return folders
    .flatMap((place) => readdirSync(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function run(tool, args) {
  const { status } = spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' })
  if (status !== 0) fail(`${tool} failed`)
}

function fail(message) {
  console.error(`package: ${message}`)
  process.exitCode = 1
}
