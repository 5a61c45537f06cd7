import fc from 'fast-check'
import { sampled } from './answers.js'

const text = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', '{"input": "x"}', '【3†L1】', '【', 'é', '<|end|>'),
  maxLength: 6,
})
const words = fc.constantFrom(
  '<|channel|>analysis<|message|>',
  '<|channel|>commentary<|message|>',
  '<|channel|>final<|message|>',
  '<|channel|>comment<|message|>',
  '<|channel|>commentary to=functions.f <|constrain|>json<|message|>',
  '<|channel|>commentary to=functions.run <|constrain|>json<|message|>',
  ' to=functions.f<|channel|>commentary json<|message|>',
  '<|channel|>analysis to=python code<|message|>',
  '<|channel|>commentary to=browser.search<|message|>',
  '<|channel|>commentary to=functions.',
  '<|start|>functions.f to=assistant<|channel|>commentary<|message|>',
  '<|start|>assistant',
  '<|end|><|start|>assistant',
  '<|end|>',
  '<|call|>',
  '<|return|>',
  '<|channel|>',
  '<|message|>',
  '<|constrain|>',
)

/** Completions as models give them, and damaged ones: pieces of markup and text in any order. */
export const completion: fc.Arbitrary<number[]> = fc
  .array(
    fc.oneof(
      words.map((word) => sampled(word)),
      text.map((plain) => sampled(plain.replaceAll('<|end|>', '<|'))),
    ),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.flat())
