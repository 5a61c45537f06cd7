import { useEffect, useMemo, useState } from 'preact/hooks'
import { type SampledAnswer, type SampledInput } from '../../../src/inspect/index.js'
import { Editor } from '../editor.js'
import { useSettled } from '../settled.js'
import { TokenList } from '../token-list.js'
import { CountTable } from '../write/counts.js'
import { ClientViews } from './client-views.js'
import { MessageCards } from './message-cards.js'
import { readInput, readTurn } from './read-answer.js'
import type { ReadSource } from './read-state.js'

export interface ReadViewProps {
  readonly source: ReadSource
  readonly onChange: (change: Partial<ReadSource>) => void
}

/** What an engine sampled, read: its messages, what was repaired, and what clients see. */
export function ReadView({ source, onChange }: ReadViewProps) {
  const input = useSettled(readInput, source)
  const isError = typeof input === 'string'
  const open = async (file: File | undefined) => {
    if (file !== undefined) onChange({ text: await file.text() })
  }
  return (
    <div
      class="stack"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void open(event.dataTransfer?.files[0])
      }}
    >
      <section class="input stack" aria-label="What was sampled">
        <div class="fields">
          <p class="quiet">
            Token ids, text with markers, an engine's answer, or a whole stream: paste it, or drop a file.
          </p>
          <label>
            File
            <input type="file" onChange={({ currentTarget }) => void open(currentTarget.files?.[0])} />
          </label>
          <label>
            Known tools
            <input
              type="text"
              placeholder="get_weather, search"
              value={source.tools}
              onInput={({ currentTarget }) => onChange({ tools: currentTarget.value })}
            />
          </label>
        </div>
        <div class="short">
          <Editor
            label="What was sampled"
            value={source.text}
            isJson={false}
            onChange={(text) => onChange({ text })}
          />
        </div>
        {isError && (
          <p class="error" role="alert">
            {input}
          </p>
        )}
      </section>
      {!isError && <Answers input={input} tools={source.tools} />}
    </div>
  )
}

function Answers({ input, tools }: { readonly input: SampledInput; readonly tools: string }) {
  const [index, setIndex] = useState(0)
  const { source, isStream, lines, answers } = input
  const answer = answers[Math.min(index, answers.length - 1)]
  return (
    <>
      <div class="fields">
        <p>
          Read as <b>{source}</b>
          {isStream && ', a stream'}
          {lines !== undefined && lines.count > 1 && `, line ${lines.number} of ${lines.count}`}
          {!answer.isExact && '; the ids spell the text, and need not be those that were sampled'}.
        </p>
        {answers.length > 1 && (
          <label>
            Answer
            <select value={index} onChange={({ currentTarget }) => setIndex(Number(currentTarget.value))}>
              {answers.map((_, at) => (
                <option key={at} value={at}>
                  {at + 1} of {answers.length}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Turn key={index} answer={answer} tools={tools} />
    </>
  )
}

function Turn({ answer, tools }: { readonly answer: SampledAnswer; readonly tools: string }) {
  // All of them until the slider is moved.
  const [played, setPlayed] = useState<number>()
  useEffect(() => setPlayed(undefined), [answer])
  const asked = Math.min(played ?? Infinity, answer.tokens.length)
  const input = useMemo(() => ({ answer, tools, count: asked }), [answer, tools, asked])
  const { tokens, count, described, groups, marks } = useSettled(readCounted, input)
  const { length } = tokens
  const { cost, turn } = described
  return (
    <>
      <label class="replay">
        Replay
        <input
          type="range"
          min={0}
          max={length}
          value={asked}
          aria-valuetext={`${asked} of ${length} tokens`}
          onInput={({ currentTarget }) => setPlayed(Number(currentTarget.value))}
        />
        <output>
          {count.toLocaleString('en')} of {length.toLocaleString('en')} tokens
        </output>
      </label>
      <div class="columns">
        <div>
          <MessageCards described={described} />
          <div class="counts">
            <CountTable label="Tokens by part" counts={cost.byPart} total={cost.total} />
            <CountTable label="Tokens by channel" counts={cost.byChannel} total={cost.total} />
          </div>
        </div>
        <div>
          <TokenList label="Sampled tokens" {...{ tokens, groups, marks }} playedTo={count} />
          <p>
            {count === length ? 'The turn ends with' : 'So far the turn would end with'} <b>{turn.action}</b>.
          </p>
        </div>
      </div>
      <ClientViews described={described} />
    </>
  )
}

interface Counted {
  readonly answer: SampledAnswer
  readonly tools: string
  readonly count: number
}

/** The turn with the tokens that it was read from, as the slider may be further on already. */
function readCounted({ answer, tools, count }: Counted) {
  return { ...readTurn(answer, tools, count), tokens: answer.tokens, count }
}
