import { DIALECT_TRAITS, DIALECTS } from 'gpt-oss-harmony/dialects'
import { Editor } from '../editor.js'
import { lineOf } from '../json-place.js'
import type { PromptError } from './read-prompt.js'
import { PROMPT_FORMS, type PromptForm, type PromptSource } from './write-state.js'

export interface PromptEditorProps {
  readonly label: string
  readonly source: PromptSource
  readonly error: PromptError | undefined
  readonly onChange: (change: Partial<PromptSource>) => void
}

/** An editor for a prompt in any of its forms, with its settings. */
export function PromptEditor({ label, source, error, onChange }: PromptEditorProps) {
  const isText = source.form === 'text' || source.form === 'ids'
  const isForeign = source.form === 'chat' && source.dialect !== ''
  return (
    <section class="input" aria-label={label}>
      <div class="fields">
        <label>
          Form
          <select
            value={source.form}
            onChange={({ currentTarget }) => onChange({ form: currentTarget.value as PromptForm })}
          >
            {Object.entries(PROMPT_FORMS).map(([form, name]) => (
              <option key={form} value={form}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {source.form === 'chat' && (
          <label>
            Rendered by
            <select
              value={source.dialect}
              onChange={({ currentTarget }) =>
                onChange({ dialect: currentTarget.value as PromptSource['dialect'] })
              }
            >
              <option value="">this library</option>
              {DIALECTS.map((dialect) => (
                <option key={dialect} value={dialect}>
                  {DIALECT_TRAITS[dialect].stack}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Editor
        label={label}
        value={source.text}
        isJson={!isText}
        error={error?.place}
        onChange={(text) => onChange({ text })}
      />
      {error !== undefined && (
        <p class="error" role="alert">
          {error.code !== undefined && <b>{error.code} </b>}
          {error.place !== undefined && <b>line {lineOf(source.text, error.place)}: </b>}
          {error.message}
        </p>
      )}
      <fieldset class="fields" disabled={isText || isForeign}>
        <legend>
          Settings{isText && ': taken as it is'}
          {isForeign && ': the stack has its own'}
        </legend>
        <label>
          Effort
          <select
            value={source.effort}
            onChange={({ currentTarget }) =>
              onChange({ effort: currentTarget.value as PromptSource['effort'] })
            }
          >
            <option value="">as written</option>
            <option>Low</option>
            <option>Medium</option>
            <option>High</option>
          </select>
        </label>
        <label>
          Date
          <input
            type="date"
            value={source.date}
            onInput={({ currentTarget }) => onChange({ date: currentTarget.value })}
          />
        </label>
        <label>
          Header order
          <select
            value={source.headerOrder}
            onChange={({ currentTarget }) =>
              onChange({ headerOrder: currentTarget.value as PromptSource['headerOrder'] })
            }
          >
            <option>recipient-first</option>
            <option>channel-first</option>
          </select>
        </label>
        <label>
          Drop reasoning
          <select
            value={source.dropAnalysis}
            disabled={source.form === 'responses'}
            onChange={({ currentTarget }) =>
              onChange({ dropAnalysis: currentTarget.value as PromptSource['dropAnalysis'] })
            }
          >
            <option>before-first-final</option>
            <option>completed-turns</option>
            <option>past-turns</option>
            <option>none</option>
          </select>
        </label>
        {(['browser', 'python'] as const).map((tool) => (
          <label key={tool} class="check">
            <input
              type="checkbox"
              checked={source[tool]}
              onChange={({ currentTarget }) => onChange({ [tool]: currentTarget.checked })}
            />
            {tool}
          </label>
        ))}
      </fieldset>
    </section>
  )
}
