import { useEffect, useState } from 'preact/hooks'
import { EXAMPLES } from './examples.js'
import { readFragment, writeFragment } from './fragment.js'
import { LookUp } from './look-up.js'
import { FIRST_STATE, type PlaygroundState, type View, VIEWS } from './state.js'
import { CompareView } from './compare/compare-view.js'
import { ReadView } from './read/read-view.js'
import { WriteView } from './write/write-view.js'

export function App() {
  const [state, setState] = useState<PlaygroundState>(FIRST_STATE)
  const change = (part: Partial<PlaygroundState>) => setState((old) => ({ ...old, ...part }))
  useEffect(() => {
    const open = () => void readFragment(location.hash.slice(1)).then((shared) => shared && setState(shared))
    open()
    addEventListener('hashchange', open)
    return () => removeEventListener('hashchange', open)
  }, [])
  const { view } = state
  return (
    <>
      <header>
        <h1>Harmony playground</h1>
        <Tabs view={view} onChange={(chosen) => change({ view: chosen })} />
        <div class="actions">
          <ExamplePicker onChange={change} />
          <Share state={state} />
        </div>
      </header>
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${view}`}>
          {view === 'write' && (
            <WriteView
              source={state.write}
              onChange={(part) => setState((old) => ({ ...old, write: { ...old.write, ...part } }))}
            />
          )}
          {view === 'read' && (
            <ReadView
              source={state.read}
              onChange={(part) => setState((old) => ({ ...old, read: { ...old.read, ...part } }))}
            />
          )}
          {view === 'compare' && (
            <CompareView
              sources={state.compare}
              onChange={(part) => setState((old) => ({ ...old, compare: { ...old.compare, ...part } }))}
            />
          )}
        </div>
      </main>
      <footer>
        <LookUp />
        <p>This page works offline: it runs the library and sends nothing anywhere.</p>
      </footer>
    </>
  )
}

function Tabs({ view, onChange }: { readonly view: View; readonly onChange: (view: View) => void }) {
  const names = Object.keys(VIEWS) as View[]
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = names[(names.indexOf(view) + by + names.length) % names.length]
    onChange(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls="view"
          aria-selected={name === view}
          tabIndex={name === view ? 0 : -1}
          onClick={() => onChange(name)}
        >
          {VIEWS[name]}
        </button>
      ))}
    </div>
  )
}

function ExamplePicker({ onChange }: { readonly onChange: (state: Partial<PlaygroundState>) => void }) {
  return (
    <select
      aria-label="Open an example"
      value=""
      onChange={({ currentTarget }) => {
        const [group, index] = currentTarget.value.split('/').map(Number)
        onChange(EXAMPLES[group].examples[index].state)
        currentTarget.value = ''
      }}
    >
      <option value="">Examples …</option>
      {EXAMPLES.map(({ name, examples }, group) => (
        <optgroup key={name} label={name}>
          {examples.map((example, index) => (
            <option key={index} value={`${group}/${index}`}>
              {example.name}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}

function Share({ state }: { readonly state: PlaygroundState }) {
  const [notice, setNotice] = useState('')
  useEffect(() => setNotice(''), [state])
  const share = async () => {
    history.replaceState(null, '', `#${await writeFragment(state)}`)
    // Only secure contexts have a clipboard.
    const isCopied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    )
    setNotice(isCopied ? 'Copied' : 'In the address bar')
  }
  return (
    <>
      <button type="button" onClick={() => void share()}>
        Share
      </button>
      <span role="status" class="notice">
        {notice}
      </span>
    </>
  )
}
