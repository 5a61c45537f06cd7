import conversation from '../../fixtures/example/conversation.json?raw'
import requests from '../../fixtures/example/requests.jsonl?raw'
import vectors from '../../conformance/vectors/recovery.json'
import type { PlaygroundState } from './state.js'
import { PLAIN_PROMPT, type PromptForm, type PromptSource } from './write/write-state.js'

/** Something to look at. */
export interface Example {
  readonly name: string
  readonly state: Partial<PlaygroundState>
}

export interface ExampleGroup {
  readonly name: string
  readonly examples: readonly Example[]
}

/** What the page opens with: the format guide's conversation. */
export const FIRST_CONVERSATION = conversation

const CHAT_BODY = JSON.stringify(
  {
    messages: [
      { role: 'user', content: 'Rain in Lima?' },
      {
        role: 'assistant',
        tool_calls: [
          { id: 'c', type: 'function', function: { name: 'weather', arguments: '{"city":"Lima"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: 'no' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
  },
  undefined,
  2,
)

export const EXAMPLES: readonly ExampleGroup[] = [
  {
    name: 'Write',
    examples: [
      written('The weather, a conversation', 'conversation', conversation),
      ...requests
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
        .filter((line) => 'body' in line)
        .map(({ custom_id: id, body }) =>
          written(`Chat body: ${String(id)}`, 'chat', JSON.stringify(body, undefined, 2)),
        ),
      written(
        'Responses body',
        'responses',
        JSON.stringify(
          {
            model: 'gpt-oss-20b',
            instructions: 'Answer in one sentence.',
            input: 'What is the weather in Tokyo?',
            tools: [
              {
                type: 'function',
                name: 'get_weather',
                parameters: { type: 'object', properties: { location: { type: 'string' } } },
              },
            ],
          },
          undefined,
          2,
        ),
      ),
      written(
        'Text with markers',
        'text',
        '<|start|>user<|message|>Say hello.<|end|><|start|>assistant<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant',
      ),
    ],
  },
  {
    name: 'Read',
    examples: [
      sampled(
        'A stream of vLLM',
        [
          '<|channel|>analysis<|message|>Hm',
          '.<|end|><|start|>assistant<|channel|>final',
          '<|message|>Hello!',
        ]
          .map((text, index) => {
            const choice = { index: 0, text, finish_reason: index === 2 ? 'stop' : null }
            return `data: ${JSON.stringify({ object: 'text_completion', choices: [choice] })}\n\n`
          })
          .join('') + 'data: [DONE]\n',
      ),
      ...deviationExamples(),
    ],
  },
  {
    name: 'Compare',
    examples: [
      compared(
        'What the model sampled, and its message rendered anew',
        {
          form: 'text',
          text: '<|start|>user<|message|>Rain?<|end|><|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"city":  "Lima"}<|call|>',
        },
        {
          form: 'text',
          text: '<|start|>user<|message|>Rain?<|end|><|start|>assistant to=functions.weather<|channel|>commentary <|constrain|>json<|message|>{"city":"Lima"}<|call|>',
        },
      ),
      compared(
        'A Chat body by this library and by vLLM',
        { form: 'chat', text: CHAT_BODY },
        { form: 'chat', text: CHAT_BODY, dialect: 'vllm' },
      ),
    ],
  },
]

function written(name: string, form: PromptForm, text: string): Example {
  return { name, state: { view: 'write', write: { ...PLAIN_PROMPT, form, text } } }
}

function sampled(name: string, text: string, tools = ''): Example {
  return { name, state: { view: 'read', read: { text, tools } } }
}

function compared(name: string, first: Partial<PromptSource>, second: Partial<PromptSource>): Example {
  const whole = (part: Partial<PromptSource>): PromptSource => ({ ...PLAIN_PROMPT, ...part })
  return { name, state: { view: 'compare', compare: { first: whole(first), second: whole(second) } } }
}

interface RecoveryVector {
  readonly input: { readonly text: string; readonly role?: string; readonly tools?: readonly string[] }
  readonly expected: { readonly messages: readonly unknown[]; readonly deviations?: readonly string[] }
}

/** The shortest conformance vector of each deviation, with a message and few other deviations where there is one. */
function deviationExamples(): Example[] {
  const shortest = new Map<string, RecoveryVector>()
  const cost = ({ input, expected }: RecoveryVector) =>
    (expected.messages.length === 0 ? 100_000 : 0) +
    (expected.deviations?.length ?? 0) * 1000 +
    input.text.length
  for (const vector of vectors as readonly RecoveryVector[]) {
    if (vector.input.role !== 'assistant') continue
    for (const code of vector.expected.deviations ?? []) {
      const before = shortest.get(code)
      if (before === undefined || cost(vector) < cost(before)) shortest.set(code, vector)
    }
  }
  return [...shortest]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([code, { input }]) => sampled(`Deviation: ${code}`, input.text, input.tools?.join(', ')))
}
