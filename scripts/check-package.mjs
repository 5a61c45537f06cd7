// `npm run package`: packs the package as it would be published and looks at it with publint and are-the-types-wrong.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LARGEST_UNPACKED = 4_000_000

const folder = mkdtempSync(join(tmpdir(), 'harmony-package-'))
try {
  // Without its scripts: `prepare` would build once more.
  const report = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
  })
  const [{ filename, size, unpackedSize }] = JSON.parse(report)
  console.log(`${filename}: ${size} bytes, ${unpackedSize} unpacked`)
  if (unpackedSize > LARGEST_UNPACKED)
    fail(`unpacked size: found ${unpackedSize} bytes, wanted at most ${LARGEST_UNPACKED}`)
  const tarball = join(folder, filename)
  run('publint', ['run', tarball, '--strict'])
  run('attw', [tarball, '--profile', 'esm-only'])
} finally {
  rmSync(folder, { recursive: true })
}

function run(tool, args) {
  const { status } = spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' })
  if (status !== 0) fail(`${tool} failed`)
}

function fail(message) {
  console.error(`package: ${message}`)
  process.exitCode = 1
}
