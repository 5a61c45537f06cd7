import { useMemo } from 'preact/hooks'
import { compareTokens } from '../../../src/inspect/index.js'
import { useSettled } from '../settled.js'
import { TokenList } from '../token-list.js'
import { tokenText } from '../token-text.js'
import { Losses } from '../write/losses.js'
import { PromptEditor } from '../write/prompt-editor.js'
import { isPromptError, type Prompt, readPrompt } from '../write/read-prompt.js'
import type { PromptSource } from '../write/write-state.js'

/** Two prompts; of a conversation that goes on, the earlier one first. */
export interface ComparedSources {
  readonly first: PromptSource
  readonly second: PromptSource
}

export interface CompareViewProps {
  readonly sources: ComparedSources
  readonly onChange: (change: Partial<ComparedSources>) => void
}

/** Two prompts side by side, up to where they part, and what a prefix cache keeps. */
export function CompareView({ sources, onChange }: CompareViewProps) {
  const first = useSettled(readPrompt, sources.first)
  const second = useSettled(readPrompt, sources.second)
  const tokens = [tokensOf(first), tokensOf(second)] as const
  const comparison = useMemo(() => compareTokens(tokens[0], tokens[1]), [first, second])
  const { isEqual, sharedTokens, cache } = comparison
  const goTo = useMemo(() => ({ tokenIndex: sharedTokens }), [comparison])
  const sides = [
    { name: 'first', label: 'First prompt', source: sources.first, read: first },
    { name: 'second', label: 'Second prompt', source: sources.second, read: second },
  ] as const
  const isRead = !isPromptError(first) && !isPromptError(second)
  const [one, other] = tokens.map((list) => list[sharedTokens] as number | undefined)
  return (
    <div class="stack">
      {isRead && (
        <section class="card" aria-label="Comparison" aria-live="polite">
          {isEqual ? (
            <p>The two prompts are equal, token for token.</p>
          ) : (
            <>
              <p>
                The first {count(sharedTokens)} are shared. Token {sharedTokens} differs: {described(one)} in
                the first, {described(other)} in the second.
              </p>
              <p>
                An engine that has the first prompt in its cache, in blocks of 16 tokens, keeps{' '}
                {count(cache.kept)}, loses {count(cache.lost)}, and computes {count(cache.computed)} for the
                second.
              </p>
            </>
          )}
        </section>
      )}
      <div class="columns">
        {sides.map(({ name, label, source, read }) => (
          <div key={name}>
            <PromptEditor
              label={label}
              source={source}
              error={isPromptError(read) ? read : undefined}
              onChange={(part) => onChange({ [name]: { ...source, ...part } })}
            />
            <TokenList
              label={`Tokens of the ${name}`}
              {...(isPromptError(read) ? EMPTY : read)}
              marks={
                isEqual || !isRead
                  ? []
                  : [{ label: 'first difference', start: sharedTokens, end: sharedTokens + 1 }]
              }
              goTo={isRead && !isEqual ? goTo : undefined}
            />
            {!isPromptError(read) && <Losses lost={read.lost} />}
          </div>
        ))}
      </div>
    </div>
  )
}

const EMPTY: Prompt = { tokens: [], groups: [], marks: [] }

function tokensOf(read: ReturnType<typeof readPrompt>): readonly number[] {
  return isPromptError(read) ? EMPTY.tokens : read.tokens
}

function count(tokens: number): string {
  return `${tokens.toLocaleString('en')} token${tokens === 1 ? '' : 's'}`
}

function described(token: number | undefined) {
  return token === undefined ? (
    'the end'
  ) : (
    <>
      <code>{tokenText(token)}</code> ({token})
    </>
  )
}
