import fc from 'fast-check'
import type { ResponsesRequest } from '../../src/responses/index.js'
import { encoding, type Scenario, tokensOf, WEATHER } from './answer.js'

/** A request with every kind of tool. */
export const BODY: ResponsesRequest = {
  tools: [
    WEATHER,
    { type: 'custom', name: 'shell' },
    {
      type: 'namespace',
      name: 'crm',
      description: 'Customers.',
      tools: [{ type: 'function', name: 'find' }],
    },
    { type: 'web_search' },
    { type: 'code_interpreter' },
    { type: 'mcp', server_label: 'wiki', require_approval: { always: ['delete'] } },
  ],
}
export const SCENARIO: Scenario = {
  body: BODY,
  options: {
    mcpServers: {
      wiki: {
        tools: [
          { name: 'ask', input_schema: {} },
          { name: 'delete', input_schema: {} },
        ],
      },
    },
  },
  context: {
    pageOf: (cursor) => (cursor < 5 ? { url: `https://${cursor}.example`, title: 'Page' } : undefined),
  },
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' ',
    'Hello',
    '【3†L1-L2】',
    '【9†L1】',
    'a【3†L4',
    '{"city": "Tōkyō"}',
    '{"input": "ls \\"x\\"\\n"}',
    '{"query": 1}',
    '👩‍👩‍👧',
  ),
)

const header = fc.constantFrom(
  '<|channel|>analysis',
  '<|channel|>final',
  '<|channel|>commentary',
  '<|channel|>fina',
  '<|channel|>notes',
  '',
  '<|channel|>commentary to=functions.get_weather <|constrain|>json',
  ' to=functions.get_weather<|channel|>commentary json',
  '<|channel|>commentary to=functions.shell <|constrain|>json',
  '<|channel|>commentary to=crm.find <|constrain|>json',
  '<|channel|>commentary to=wiki.ask <|constrain|>json',
  '<|channel|>commentary to=wiki.delete <|constrain|>json',
  '<|channel|>analysis to=browser.search code',
  '<|channel|>analysis to=browser.open code',
  '<|channel|>analysis to=browser.find code',
  '<|channel|>analysis to=python code',
  '<|channel|>commentary to=container.exec code',
  '<|channel|>commentary to=unheard.of',
)

/** A message as a model means it, after `<|start|>assistant`; its text may be letter by letter, as no renderer would. */
const message = fc.record({ header, text, spelled: fc.boolean() }).map((parts) => {
  const stop = parts.header.includes(' to=') ? '<|call|>' : '<|end|>'
  const pieces = parts.spelled ? [...parts.text] : [parts.text]
  return [
    ...tokensOf(`${parts.header}<|message|>`),
    ...pieces.flatMap((piece) => encoding.encode(piece, { disallowedSpecial: [] })),
    ...tokensOf(stop),
  ]
})

export const OPENING = tokensOf('<|start|>assistant')

/** A completion as a model means it. */
export const wellFormed = fc
  .array(message, { minLength: 1, maxLength: 4 })
  .map((messages) => messages.flatMap((tokens, i) => (i === 0 ? tokens : [...OPENING, ...tokens])))

/** A completion with tokens cut out, added or cut off. */
const damaged = fc
  .tuple(
    wellFormed,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('drop', 'add', 'cut'),
        fc.oneof(fc.integer({ min: 199_998, max: 200_012 }), fc.nat(199_997)),
      ),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([tokens, damages]) => {
    const result = [...tokens]
    for (const [place, kind, token] of damages) {
      const at = place % (result.length + 1)
      if (kind === 'drop') result.splice(at, 1)
      else if (kind === 'add') result.splice(at, 0, token)
      else result.length = at
    }
    return result
  })

export const completion = fc.oneof(wellFormed, damaged)
