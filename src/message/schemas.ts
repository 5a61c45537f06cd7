import * as z from 'zod'
import { isPlain } from './check.js'
import { isObject, MAX_SCHEMA_DEPTH, readSchema } from '../json/index.js'
import {
  REASONING_EFFORTS,
  ROLES,
  type Content,
  type Conversation,
  type Message,
  type ToolNamespaceConfig,
  type ToolNamespaces,
} from './types.js'

// What the official library's JSON reader (serde) accepts: unknown keys are dropped, and
// null is the same as missing. The messages say what was wanted.

const optionalString = z.string('a string or null').nullish()

const toolSchema = z.object(
  {
    name: z.string('a string'),
    description: z.string('a string'),
    parameters: z.unknown().refine(isSchema, `JSON of at most ${MAX_SCHEMA_DEPTH} levels`).optional(),
  },
  'an object',
)

function isSchema(value: unknown): boolean {
  try {
    readSchema(value, '')
    return true
  } catch {
    return false
  }
}

/** A zod schema of {@link ToolNamespaceConfig}. */
export const toolNamespaceSchema: z.ZodType<ToolNamespaceConfig> = z.object(
  {
    name: z.string('a string'),
    description: optionalString,
    tools: z.array(toolSchema, 'a list of tools'),
  },
  'an object',
)

// z.record would drop a key named __proto__.
const toolNamespacesSchema = z
  .custom<object>((value) => isObject(value) && isPlain(value), 'a plain object of tool namespaces')
  .transform((namespaces, context) => {
    const entries = Object.entries(namespaces).map(([name, config]: [string, unknown]) => {
      const read = toolNamespaceSchema.safeParse(config)
      for (const issue of read.error?.issues ?? [])
        context.issues.push({ ...issue, path: [name, ...issue.path] } as z.core.$ZodRawIssue)
      return [name, read.data] as const
    })
    return Object.fromEntries(entries) as ToolNamespaces
  })
  .nullish()

const channelConfigSchema = z.object(
  {
    valid_channels: z.array(z.string('a string'), 'a list of strings'),
    channel_required: z.boolean('true or false'),
  },
  'an object',
)

/** A zod schema of {@link Content}. */
export const contentSchema: z.ZodType<Content> = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text'), text: z.string('a string') }),
    z.object({
      type: z.literal('system_content'),
      model_identity: optionalString,
      reasoning_effort: z.enum(REASONING_EFFORTS, '"Low", "Medium" or "High"').nullish(),
      conversation_start_date: optionalString,
      knowledge_cutoff: optionalString,
      channel_config: channelConfigSchema.nullish(),
      tools: toolNamespacesSchema,
    }),
    z.object({
      type: z.literal('developer_content'),
      instructions: optionalString,
      tools: toolNamespacesSchema,
    }),
  ],
  {
    error: ({ input }) => (isObject(input) ? '"text", "system_content" or "developer_content"' : 'an object'),
  },
)

/** A zod schema of {@link Message}. */
export const messageSchema: z.ZodType<Message> = z.object(
  {
    role: z.enum(ROLES, `one of ${ROLES.join(', ')}`),
    name: optionalString,
    content: z.union([z.string(), z.array(contentSchema)], 'a string or a list of content'),
    channel: optionalString,
    recipient: optionalString,
    content_type: optionalString,
  },
  'an object',
)

/** A zod schema of {@link Conversation}. */
export const conversationSchema: z.ZodType<Conversation> = z.object(
  { messages: z.array(messageSchema, 'a list of messages') },
  'an object',
)
