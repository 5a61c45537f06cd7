import { useSettled } from '../settled.js'
import { TokenList } from '../token-list.js'
import { Counts } from './counts.js'
import { Losses } from './losses.js'
import { PromptEditor } from './prompt-editor.js'
import { isPromptError, type Prompt, readPrompt } from './read-prompt.js'
import type { PromptSource } from './write-state.js'

export interface WriteViewProps {
  readonly source: PromptSource
  readonly onChange: (change: Partial<PromptSource>) => void
}

/** A prompt as it is typed, and its tokens. */
export function WriteView({ source, onChange }: WriteViewProps) {
  const read = useSettled(readPrompt, source)
  const error = isPromptError(read) ? read : undefined
  const prompt: Prompt = isPromptError(read) ? { tokens: [], groups: [], marks: [] } : read
  return (
    <div class="columns">
      <PromptEditor label="Prompt" {...{ source, error, onChange }} />
      <div>
        <TokenList label="Tokens of the prompt" {...prompt} />
        <Losses lost={prompt.lost} />
        {prompt.counts && <Counts counts={prompt.counts} total={prompt.tokens.length} />}
      </div>
    </div>
  )
}
