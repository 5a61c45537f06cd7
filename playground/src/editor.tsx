import { json } from '@codemirror/lang-json'
import { syntaxHighlighting } from '@codemirror/language'
import { Annotation, Compartment, EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import { minimalSetup } from 'codemirror'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface TextPlace {
  readonly from: number
  readonly to: number
}

export interface EditorProps {
  readonly label: string
  readonly value: string
  readonly isJson: boolean
  readonly onChange: (value: string) => void
  /** Where the text is wrong. */
  readonly error?: TextPlace | undefined
}

/** An editor of text or JSON. Tab leaves it, as it leaves any field. */
export function Editor({ label, value, isJson, onChange, error }: EditorProps) {
  const parent = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef({ value, onChange })
  // Layout effects: one that came later would take back what is typed meanwhile.
  latest.current.onChange = onChange

  useLayoutEffect(() => {
    view.current = new EditorView({
      parent: parent.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          minimalSetup,
          lineNumbers(),
          EditorView.lineWrapping,
          syntaxHighlighting(classHighlighter),
          language.of(isJson ? json() : []),
          errorField,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((change) => change.annotation(isGiven))) return
            latest.current.value = update.state.doc.toString()
            latest.current.onChange(latest.current.value)
          }),
        ],
      }),
    })
    return () => view.current!.destroy()
    // Made once; what changes later is sent to it below.
  }, [])
  useLayoutEffect(() => {
    if (value === latest.current.value) return
    latest.current.value = value
    view.current!.dispatch({
      changes: { from: 0, to: view.current!.state.doc.length, insert: value },
      annotations: isGiven.of(true),
    })
  }, [value])
  useLayoutEffect(() => {
    view.current!.dispatch({ effects: language.reconfigure(isJson ? json() : []) })
  }, [isJson])
  useLayoutEffect(() => {
    view.current!.dispatch({ effects: setError.of(error) })
  }, [error?.from, error?.to])

  return <div class="editor" ref={parent} />
}

const language = new Compartment()
/** Marks a change that came from outside, which is no news there. */
const isGiven = Annotation.define<boolean>()
const setError = StateEffect.define<TextPlace | undefined>()

const errorField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setError)) return errorMark(effect.value, transaction.newDoc.length)
    return marks.map(transaction.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

function errorMark(place: TextPlace | undefined, length: number): DecorationSet {
  if (place === undefined || length === 0) return Decoration.none
  const to = Math.min(length, Math.max(place.to, place.from + 1))
  return Decoration.set(Decoration.mark({ class: 'error-place' }).range(Math.min(place.from, to - 1), to))
}
