// `npm run check`: one script of package.json after the other, up to the first that fails.

import { spawnSync } from 'node:child_process'

const STEPS = ['types', 'lint', 'format', 'build', 'test', 'package', 'size']

for (const step of STEPS) {
  console.log(`\n── ${step} ${'─'.repeat(70 - step.length)}`)
  const start = performance.now()
  const { status } = spawnSync('npm', ['run', '--silent', step], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    console.error(`\ncheck: ${step} failed (npm run ${step})`)
    process.exit(1)
  }
  console.log(`${step}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
