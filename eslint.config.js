import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

/** The floors, lowest first: a file imports from its own room and from the floors below, a room only through its `index.ts`. */
const FLOORS = [
  ['errors.ts', 'abort.ts', 'json'],
  ['tokenizer', 'message'],
  ['turn'],
  ['render', 'parse', 'conformance'],
  ['encoding.ts', 'openai', 'engines'],
  ['chat', 'responses', 'dialects', 'tools', 'grammar', 'training', 'tokens'],
  ['transcript', 'batch'],
  ['generate', 'inspect'],
  ['gateway', 'ai-sdk', 'agents'],
  ['cli'],
]

/** Rooms that may use another of their own floor: `tools` reads the requests' tools, `json` throws errors. */
const BESIDE = {
  json: ['errors.ts'],
  engines: ['encoding.ts'],
  openai: ['encoding.ts'],
}

const floorRules = FLOORS.flatMap((floor, index) =>
  floor.map((place) => {
    const above = FLOORS.slice(index + 1).flat()
    const beside = floor.filter((other) => other !== place && !BESIDE[place]?.includes(other))
    return {
      files: [place.endsWith('.ts') ? `src/${place}` : `src/${place}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...[...above, ...beside].map((forbidden) => ({
                group: [`**/${forbidden.replace(/\.ts$/, '.js')}${forbidden.endsWith('.ts') ? '' : '/**'}`],
                message: `Imports go down only: src/${place} may not import ${forbidden}.`,
              })),
              ...FLOORS.flat()
                .filter(
                  (room) =>
                    room !== place &&
                    !room.endsWith('.ts') &&
                    // cli/batch and cli/chat have these names, too.
                    !(place === 'cli' && ['batch', 'chat', 'inspect'].includes(room)),
                )
                .map((room) => ({
                  regex: `^(\\.\\./)+${room}/(?!index\\.js$)`,
                  message: `A room is entered through its index.ts: import src/${room}/index.ts.`,
                })),
            ],
          },
        ],
      },
    }
  }),
)

/** The types of optional properties in what callers fill in. */
const OPTION_TYPE =
  'TSInterfaceDeclaration[id.name=/(Options|Policy|Budget|Details|PrefillSettings)$/] TSPropertySignature[optional=true] > TSTypeAnnotation'

/** Each argument takes room on the stack, which ends at some 120,000: a long answer has more tokens. */
const LISTS_AS_ARGUMENTS = {
  selector: 'CallExpression[callee.property.name=/^(push|unshift)$/] > SpreadElement',
  message: 'A long list overflows the stack: add its items one by one, or spread it into a new list.',
}

export default tseslint.config(
  {
    ignores: [
      '.harmony-cache/**',
      '**/dist/**',
      'coverage/**',
      '**/*.generated.ts',
      'src/tokenizer/wasm/**',
      'fixtures/**',
    ],
  },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // Indexes into arrays and typed arrays whose bounds the code has just checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'error',
      // A field is left out of an object by taking it apart; a method's parameter may be there for those that override it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'playground/src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts', 'playground/src/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', LISTS_AS_ARGUMENTS] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        LISTS_AS_ARGUMENTS,
        ...[
          '> :not(TSUnionType, TSUnknownKeyword)',
          '> TSUnionType > :last-child:not(TSUndefinedKeyword)',
        ].map((type) => ({
          selector: `${OPTION_TYPE} ${type}`,
          message:
            'An option ends in `| undefined`, so that `{ tools: maybeTools }` compiles under exactOptionalPropertyTypes.',
        })),
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'playground/src/**/*.{ts,tsx}'],
    plugins: { regexp },
    rules: {
      // What they read was written by models and by strangers.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': 'error',
    },
  },
  { files: ['test/**', 'scripts/**', 'bench/**', 'examples/**'], rules: { 'no-console': 'off' } },
  ...floorRules,
)
