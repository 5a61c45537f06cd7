import fc from 'fast-check'
import type { Content, Conversation, Message, ToolNamespaces } from '../../src/message/types.js'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'two\nlines', 'two\r\nlines\r', '<|end|>', 'null', 'Hello world'),
)

function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null })
}

/** JSON Schemas that use every keyword the renderer knows, rightly and wrongly. */
const schemas = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', 'null', 'file'),
          fc.array(fc.constantFrom('integer', 'string', 'null')),
        ),
        title: text,
        description: text,
        default: fc.jsonValue({ maxDepth: 1 }),
        examples: fc.array(fc.jsonValue({ maxDepth: 0 }), { maxLength: 2 }),
        enum: fc.array(text, { maxLength: 2 }),
        nullable: fc.boolean(),
        required: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
        items: tie('schema'),
        oneOf: fc.array(tie('schema'), { maxLength: 3 }),
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c d'), tie('schema'), { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    ),
  ),
})).schema

const namespaces: fc.Arbitrary<ToolNamespaces> = fc.dictionary(
  // Not `__proto__`, which zod leaves out of every record.
  fc
    .oneof(fc.constantFrom('functions', 'browser', 'my tools'), fc.string({ maxLength: 3 }))
    .filter((key) => key !== '__proto__'),
  fc.record({
    name: text,
    description: optional(text),
    tools: fc.array(fc.record({ name: text, description: text, parameters: optional(schemas) }), {
      maxLength: 2,
    }),
  }),
  { maxKeys: 3, noNullPrototype: true },
)

const textContent: fc.Arbitrary<Content> = fc.record({ type: fc.constant('text' as const), text })

const systemContent: fc.Arbitrary<Content> = fc.record({
  type: fc.constant('system_content' as const),
  model_identity: optional(text),
  reasoning_effort: optional(fc.constantFrom('Low', 'Medium', 'High')),
  conversation_start_date: optional(text),
  knowledge_cutoff: optional(text),
  channel_config: optional(
    fc.record({ valid_channels: fc.array(text, { maxLength: 3 }), channel_required: fc.boolean() }),
  ),
  tools: optional(namespaces),
})

const developerContent: fc.Arbitrary<Content> = fc.record({
  type: fc.constant('developer_content' as const),
  instructions: optional(text),
  tools: optional(namespaces),
})

function message(
  role: fc.Arbitrary<Message['role']>,
  name: fc.Arbitrary<string | null>,
  part: fc.Arbitrary<Content>,
): fc.Arbitrary<Message> {
  return fc.record({
    role,
    name,
    content: fc.oneof(text, fc.array(part, { maxLength: 2 })),
    channel: optional(fc.constantFrom('analysis', 'commentary', 'final')),
    recipient: optional(fc.constantFrom('all', 'assistant', 'functions.f')),
    content_type: optional(fc.constantFrom('json', '<|constrain|>json')),
  })
}

const messages: fc.Arbitrary<Message> = fc.oneof(
  message(fc.constant('system'), fc.constant(null), fc.oneof(systemContent, textContent)),
  message(fc.constant('developer'), fc.constant(null), fc.oneof(developerContent, textContent)),
  message(fc.constant('user'), optional(text), textContent),
  message(fc.constant('assistant'), fc.constant(null), textContent),
  message(fc.constant('tool'), text, textContent),
)

/** Conversations that every renderer takes. */
export const conversations: fc.Arbitrary<Conversation> = fc.record({
  messages: fc.array(messages, { maxLength: 6 }),
})

/** The value with one place in it, tool schemas apart, removed or replaced by something else. */
export function damaged(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const replacement = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      5,
      5n,
      'x',
      true,
      [],
      {},
      'user',
      'text',
      Symbol('s'),
      NaN,
      new Map(),
      () => 5,
    ),
    fc.anything(),
  )
  return fc.tuple(value, fc.nat(), replacement).map(([whole, at, other]) => {
    const root = { whole: structuredClone(whole) }
    const places: (readonly [Record<string, unknown>, string])[] = []
    collectPlaces(root, places)
    const [parent, key] = places[at % places.length]
    parent[key] = other
    return root.whole
  })
}

function collectPlaces(parent: object, places: (readonly [Record<string, unknown>, string])[]): void {
  for (const [key, value] of Object.entries(parent)) {
    // Schemas are read where they are rendered, not where shapes are checked, and have a property of their own.
    if (key === 'parameters') continue
    places.push([parent as Record<string, unknown>, key])
    if (typeof value === 'object' && value !== null) collectPlaces(value as object, places)
  }
}
