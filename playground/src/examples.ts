import conversation from '../../fixtures/example/conversation.json?raw'
import requests from '../../fixtures/example/requests.jsonl?raw'
import type { PlaygroundState } from './state.js'
import { PLAIN_PROMPT, type PromptForm } from './write/write-state.js'

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
]

function written(name: string, form: PromptForm, text: string): Example {
  return { name, state: { view: 'write', write: { ...PLAIN_PROMPT, form, text } } }
}
