import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import type { Conversation, Message } from '../../src/message/types.js'
import { SPECIAL_TOKENS } from '../../src/tokenizer/special-tokens.js'
import { lossMask } from '../../src/training/loss-mask.js'
import type { LossPolicy } from '../../src/training/loss-policy.js'
import {
  renderForTraining,
  withFinalTerminators,
  type FinalTerminatorChoice,
} from '../../src/training/render-for-training.js'
import { createTranscript } from '../../src/transcript/transcript.js'
import { conversations } from '../message/arbitraries.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

interface TrainingVector {
  readonly name: string
  readonly input: {
    readonly call: string
    readonly conversation?: Conversation
    readonly autoDropAnalysis?: boolean
  }
  readonly expected: { readonly tokens?: readonly number[] }
}

const path = new URL('../../fixtures/official/render.json', import.meta.url)
const vectors = (JSON.parse(readFileSync(path, 'utf8')) as { cases: TrainingVector[] }).cases.filter(
  ({ input, expected }) =>
    input.call === 'training' && input.conversation !== undefined && expected.tokens !== undefined,
)

const user: Message = { role: 'user', content: 'Hi' }
const reasoning: Message = { role: 'assistant', channel: 'analysis', content: 'Hm.' }
const call: Message = { role: 'assistant', channel: 'commentary', recipient: 'functions.f', content: '{}' }
const result: Message = { role: 'tool', name: 'functions.f', channel: 'commentary', content: '1' }
const final: Message = { role: 'assistant', channel: 'final', content: 'Hello' }
const twoTurns: Conversation = { messages: [user, reasoning, call, result, reasoning, final, user, final] }

describe('renderForTraining', () => {
  test.each(vectors)('official rendering: $name', ({ input, expected }) => {
    expect(renderForTraining(encoding, input.conversation!, input).tokens).toEqual(expected.tokens)
  })

  test('gives what the encoding gives, for any conversation', () => {
    fc.assert(
      fc.property(conversations, fc.boolean(), (conversation, autoDropAnalysis) => {
        const { tokens } = renderForTraining(encoding, conversation, { autoDropAnalysis })
        expect(tokens).toEqual(encoding.renderConversationForTraining(conversation, { autoDropAnalysis }))
      }),
    )
  })

  test('there are official renderings to compare with', () => {
    expect(vectors.length).toBeGreaterThan(10)
  })

  test.each<[FinalTerminatorChoice, number[]]>([
    ['last-return', [SPECIAL_TOKENS.END, SPECIAL_TOKENS.RETURN]],
    ['return', [SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.RETURN]],
    ['end', [SPECIAL_TOKENS.END, SPECIAL_TOKENS.END]],
    [
      ({ messageIndex }) => (messageIndex === 5 ? 'return' : 'end'),
      [SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.END],
    ],
  ])('ends finals as asked for, case %#', (finalTerminator, terminators) => {
    const { tokens, spans } = renderForTraining(encoding, twoTurns, { finalTerminator, dropAnalysis: 'none' })
    const plain = encoding.renderConversation(twoTurns, { dropAnalysis: 'none' })
    const finals = spans.filter(({ channel }) => channel === 'final')
    expect(finals.map(({ terminator }) => tokens[terminator.start])).toEqual(terminators)
    const ends = new Set(finals.map(({ terminator }) => terminator.start))
    expect(tokens.filter((_, at) => !ends.has(at))).toEqual(plain.filter((_, at) => !ends.has(at)))
  })

  test('with past-turns, the last turn follows what an engine sees when it samples that turn', () => {
    const turns = ['a', 'b', 'c'].map((name): Message[] => [
      { role: 'user', content: name },
      { role: 'assistant', channel: 'analysis', content: `T${name}` },
      { role: 'assistant', channel: 'final', content: `F${name}` },
    ])
    const messages = turns.flat()
    const { tokens } = renderForTraining(encoding, { messages }, { dropAnalysis: 'past-turns' })
    // The format guide's rule at inference: no reasoning of turns that have their answer.
    const prefill = encoding.renderConversationForCompletion(
      { messages: messages.slice(0, -2) },
      'assistant',
      {
        dropAnalysis: 'completed-turns',
      },
    )
    const text =
      '<|channel|>analysis<|message|>Tc<|end|><|start|>assistant<|channel|>final<|message|>Fc<|return|>'
    expect(tokens).toEqual([...prefill, ...encoding.encode(text, { allowedSpecial: 'all' })])
    expect(encoding.decode(tokens)).not.toMatch(/T[ab]/)
  })

  test('refuses another end', () => {
    expect(() => renderForTraining(encoding, twoTurns, { finalTerminator: 'call' as 'end' })).toThrow(
      TypeError,
    )
  })
})

describe('lossMask', () => {
  /** What is learned: the text of each run of learned tokens. */
  function learned(conversation: Conversation, policy?: LossPolicy): string[] {
    const rendered = renderForTraining(encoding, conversation, {
      dropAnalysis: 'none',
      finalTerminator: 'return',
    })
    const { mask } = lossMask(rendered, policy)
    const runs: number[][] = []
    mask.forEach((isLearned, at) => {
      if (!isLearned) return
      if (!mask[at - 1]) runs.push([])
      runs.at(-1)!.push(rendered.tokens[at])
    })
    return runs.map((run) => encoding.decode(run))
  }

  const CALL = ' to=functions.f<|channel|>commentary<|message|>{}<|call|>'
  const REASONING = '<|channel|>analysis<|message|>Hm.<|end|>'
  const FINAL = '<|channel|>final<|message|>Hello<|return|>'

  test('takes the turns of the assistant, from behind the prefill to the terminator', () => {
    expect(learned(twoTurns)).toEqual([
      `${REASONING}<|start|>assistant${CALL}`,
      `${REASONING}<|start|>assistant${FINAL}`,
      FINAL,
    ])
  })

  test.each<[string, LossPolicy, string[]]>([
    ['by channel', { channels: ['final'] }, [`<|start|>assistant${FINAL}`, FINAL]],
    ['by message', { messageIndexes: [7] }, [FINAL]],
    ['by message and channel', { messageIndexes: [1, 7], channels: ['analysis'] }, [REASONING]],
    ['by role', { roles: ['user'] }, ['<|message|>Hi<|end|>', '<|message|>Hi<|end|>']],
    [
      'by role, without a channel',
      { roles: ['user', 'assistant'], channels: [null], messageIndexes: [0, 1] },
      ['<|message|>Hi<|end|>'],
    ],
    ['of tools', { roles: ['tool'] }, ['functions.f<|channel|>commentary<|message|>1<|end|>']],
    ['by weight', { channelWeights: { analysis: 0, commentary: 0 } }, [`<|start|>assistant${FINAL}`, FINAL]],
    ['nothing', { roles: [] }, []],
  ])('chooses %s', (_, policy, runs) => {
    expect(learned(twoTurns, policy)).toEqual(runs)
  })

  test('leaves out the end of an answer in history, and takes it on request', () => {
    const rendered = renderForTraining(encoding, twoTurns, { dropAnalysis: 'none' })
    const text = (policy?: LossPolicy) =>
      encoding.decode(lossMask(rendered, policy).labels.filter((label) => label !== -100))
    const open = FINAL.replace('<|return|>', '')
    expect(text({ channels: ['final'] })).toBe(`<|start|>assistant${open}${FINAL}`)
    expect(text({ channels: ['final'], learnFinalEnd: true })).toBe(
      `<|start|>assistant${open}<|end|>${FINAL}`,
    )
    // The end of reasoning is the model's own.
    expect(text({ channels: ['analysis'], messageIndexes: [1] })).toBe(REASONING)
  })

  test.each([
    { roles: 'assistant' },
    { roles: ['model'] },
    { channels: 'final' },
    { channels: [undefined] },
    { messageIndexes: 5 },
    { messageIndexes: '15' },
    { messageIndexes: ['1'] },
    { channelWeights: { final: '1' } },
    { channelWeights: { final: null } },
    { channelWeights: [1] },
    { channelWeights: null },
    { learnFinalEnd: 1 },
  ])('refuses a policy of the wrong kind: %j', (policy) => {
    expect(() => lossMask(renderForTraining(encoding, twoTurns), policy as never)).toThrow(TypeError)
  })

  test.each([-1, 1.5, NaN])('refuses an index of %d', (index) => {
    expect(() => lossMask(renderForTraining(encoding, twoTurns), { messageIndexes: [index] })).toThrow(
      RangeError,
    )
  })

  test('starts a turn anew behind a call and behind an answer', () => {
    expect(learned({ messages: [call, call, final, reasoning] })).toEqual([CALL, CALL, FINAL, REASONING])
  })

  test('gives labels and weights for the tokens that are learned, and for no other', () => {
    fc.assert(
      fc.property(conversations, (conversation) => {
        const rendered = renderForTraining(encoding, conversation)
        const { mask, labels, weights } = lossMask(rendered, { channelWeights: { analysis: 0.5 } })
        expect(labels).toEqual(rendered.tokens.map((token, at) => (mask[at] ? token : -100)))
        const expected = rendered.spans.flatMap(({ start, terminator, channel }) =>
          mask
            .slice(start.start, terminator.end)
            .map((isLearned) => (isLearned ? (channel === 'analysis' ? 0.5 : 1) : 0)),
        )
        expect(weights).toEqual(expected)
      }),
    )
  })

  test.each([-1, NaN, Infinity])('refuses a weight of %d', (weight) => {
    expect(() =>
      lossMask(renderForTraining(encoding, twoTurns), { channelWeights: { final: weight } }),
    ).toThrow(RangeError)
  })

  test('learns of a transcript exactly what was sampled', () => {
    const transcript = createTranscript(encoding, { messages: [user, call, result] })
    const turns = [
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.f code<|message|>{}<|call|>',
      '<|channel|>final<|message|>Hello<|return|>',
      // Without the markers between its messages.
      '<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Hello<|return|>',
    ].map((text) => encoding.encode(text, { allowedSpecial: 'all' }))
    for (const turn of turns) {
      transcript.prefill()
      transcript.commit(turn)
      transcript.append(user)
    }
    const rendered = withFinalTerminators(transcript.renderWithSpans(), 'return')
    const messageIndexes = transcript
      .renderWithSpans()
      .spans.flatMap(({ sampled, messageIndex }) => (sampled ? [messageIndex] : []))
    const { labels } = lossMask(rendered, { messageIndexes })
    expect(labels.filter((label) => label !== -100)).toEqual(turns.flat())
  })
})
