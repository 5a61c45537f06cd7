import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe } from 'vitest'
import { ggufEngine } from '../../src/engines/index.js'

const cache = (path: string) => fileURLToPath(new URL(`../../.harmony-cache/${path}`, import.meta.url))
const isInstalled = existsSync(cache('node-llama-cpp/node_modules/node-llama-cpp/dist/index.js'))

/**
 * A real engine in process: node-llama-cpp samples from the tiny model of scripts/engines. What it may write is in
 * model.json there. Without the package, the tests are skipped, and say how to get it.
 */
export function describeWithGguf(
  title: string,
  tests: (engine: ReturnType<typeof ggufEngine>) => void,
): void {
  const reason = 'skipped: it is not installed, run `node scripts/engines/install-node-llama-cpp.mjs`'
  describe.skipIf(!isInstalled)(isInstalled ? title : `${title} (${reason})`, () => {
    const modelPath = cache('tiny.gguf')
    const engine = ggufEngine({ modelPath, contextSize: 2048, gpu: false })
    beforeAll(() => {
      if (!existsSync(modelPath))
        execFileSync('node', [fileURLToPath(new URL('../../scripts/engines/tiny-gguf.mjs', import.meta.url))])
    })
    afterAll(() => engine.dispose())
    tests(engine)
  })
}
