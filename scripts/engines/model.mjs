// The tiny model: model.json as a table of which token follows which, and the vocabulary.
//
// A turn of model.json stands for its pairs of neighbouring tokens, beginning after the prefill's `assistant`. Tokens that
// are `alike` share a state: each may stand wherever one of them does. What follows any other token is `afterUnknown`.
// Run by itself, it prints all that tiny_hf.py needs, as JSON.

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Tiktoken } from 'js-tiktoken/lite'
import ranks from 'js-tiktoken/ranks/o200k_base'

export const VOCABULARY = 201_088
export const HIDDEN = 64
const FIRST_SPECIAL = 199_998
const NAMES = {
  199998: 'startoftext',
  199999: 'endoftext',
  200002: 'return',
  200003: 'constrain',
  200005: 'channel',
  200006: 'start',
  200007: 'end',
  200008: 'message',
  200012: 'call',
}

/** The texts of the special tokens, from the first one on. */
export const specialTokens = Array.from({ length: VOCABULARY - FIRST_SPECIAL }, (_, index) => {
  const id = FIRST_SPECIAL + index
  return `<|${NAMES[id] ?? `reserved_${id}`}|>`
})

/** The bytes of the other tokens, by id. */
export function ordinaryTokens() {
  const tokens = []
  for (const line of ranks.bpe_ranks.split('\n')) {
    const [, first, ...words] = line.split(' ')
    words.forEach((word, index) => (tokens[Number(first) + index] = Buffer.from(word, 'base64')))
  }
  return tokens
}

/** Where each token's state is, which logits each state gives, and the state of all tokens without one. */
export function bigrams() {
  const { alike, turns, afterUnknown } = JSON.parse(
    readFileSync(new URL('model.json', import.meta.url), 'utf8'),
  )
  const special = Object.fromEntries(specialTokens.map((text, index) => [text, FIRST_SPECIAL + index]))
  const encoding = new Tiktoken(ranks, special)
  const encode = (text) => encoding.encode(text, 'all')
  const one = (text) => {
    const ids = encode(text)
    if (ids.length !== 1)
      throw new Error(`model.json: ${JSON.stringify(text)} is ${ids.length} tokens, wanted one`)
    return ids[0]
  }

  const groups = alike.map((texts) => texts.map(one))
  const groupOf = (id) => groups.find((group) => group.includes(id)) ?? [id]
  const stateOf = new Map()
  const weights = []
  const count = (from, to, weight) => {
    if (!stateOf.has(from)) {
      for (const id of groupOf(from)) stateOf.set(id, weights.length)
      weights.push(new Map())
    }
    const next = weights[stateOf.get(from)]
    const group = groupOf(to)
    for (const id of group) next.set(id, (next.get(id) ?? 0) + weight / group.length)
  }
  const [assistant] = encode('assistant')
  for (const [weight, text] of turns) {
    const ids = [assistant, ...encode(text)]
    for (let index = 0; index + 1 < ids.length; index++) count(ids[index], ids[index + 1], weight)
  }
  weights.push(new Map([[one(afterUnknown), 1]]))
  if (weights.length > HIDDEN)
    throw new Error(`model.json: ${weights.length} states, wanted ${HIDDEN} at most`)

  // The last norm makes a state's 1 the square root of HIDDEN. What may follow gets a logit of about 30, the rest 0.
  const logits = weights.map((next) => {
    const total = [...next.values()].reduce((sum, weight) => sum + weight, 0)
    return [...next].map(([id, weight]) => [id, (30 + Math.log(weight / total)) / Math.sqrt(HIDDEN)])
  })
  return { stateOf, logits, unknownState: weights.length - 1 }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { stateOf, logits, unknownState } = bigrams()
  const tokens = ordinaryTokens().map((bytes) => bytes.toString('base64'))
  console.log(
    JSON.stringify({ hidden: HIDDEN, tokens, specialTokens, stateOf: [...stateOf], logits, unknownState }),
  )
}
