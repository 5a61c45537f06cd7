/** Without the tokenizer's data: the vocabulary, and the encoder in WebAssembly, which has a limit of its own. */
const withoutData = (config) => ({
  ...config,
  external: [...(config.external ?? []), '*/vocabulary.generated.js', '*/wasm.generated.js'],
})

export default [
  { name: 'everything', path: 'dist/index.js', import: '*', gzip: true, limit: '1.3 MB' },
  {
    name: 'the core without the vocabulary, the WebAssembly and zod',
    // The sources: in the build, the vocabulary is in one file with its decoder.
    path: 'src/index.ts',
    import:
      '{ loadHarmonyEncoding, StreamableParser, createParser, parseConversation, systemMessage, developerMessage, browserTool, pythonTool }',
    ignore: ['zod'],
    modifyEsbuildConfig: withoutData,
    gzip: true,
    limit: '30 kB',
  },
  { name: 'the WebAssembly', path: 'src/tokenizer/wasm.generated.ts', gzip: true, limit: '6 kB' },
  {
    name: 'the parsers alone',
    path: 'dist/index.js',
    import: '{ createParser, StreamableParser }',
    gzip: true,
    limit: '11 kB',
  },
]
