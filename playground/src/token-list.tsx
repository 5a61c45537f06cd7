import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { encoding, tokenText } from './token-text.js'
import { layOut, rowOf, type TokenGroup, type TokenMark, type TokenRow } from './token-rows.js'
import { TokenDetail } from './token-detail.js'

export interface TokenListProps {
  readonly label: string
  readonly tokens: readonly number[]
  /** In order, together all of the tokens. */
  readonly groups: readonly TokenGroup[]
  readonly marks?: readonly TokenMark[] | undefined
  /** Tokens from here on are still to come: they are faint. */
  readonly playedTo?: number | undefined
  /** A token to scroll to; another object scrolls again. */
  readonly goTo?: { readonly tokenIndex: number } | undefined
}

const OVERSCAN = 6
const ROW_HEIGHT = 26
const ROW_HEIGHT_WITH_IDS = 44

/** Tokens in the colours of their messages. Only the lines in view exist, so that 100,000 tokens scroll as ten do. */
export function TokenList({ label, tokens, groups, marks = [], playedTo, goTo }: TokenListProps) {
  const [withIds, setWithIds] = useState(false)
  const [active, setActive] = useState(0)
  const [scrollTop, setScrollTop] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const { columns, height } = useSize(box)
  const rows = useMemo(() => layOut(tokens, groups, columns, withIds), [tokens, groups, columns, withIds])
  const markAt = useMemo(() => marksByToken(marks, tokens.length), [marks, tokens.length])
  const rowHeight = withIds ? ROW_HEIGHT_WITH_IDS : ROW_HEIGHT
  const selected = Math.min(active, Math.max(0, tokens.length - 1))

  const scrollToToken = (tokenIndex: number) => {
    const element = box.current
    if (element === null) return
    const top = rowOf(rows, tokenIndex) * rowHeight
    if (top < element.scrollTop + rowHeight || top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = Math.max(0, top - element.clientHeight / 3)
  }
  useEffect(() => {
    if (goTo === undefined) return
    setActive(goTo.tokenIndex)
    scrollToToken(goTo.tokenIndex)
    // The rows change with the size too, which is no reason to scroll.
  }, [goTo])

  const moveTo = (tokenIndex: number) => {
    const bounded = Math.max(0, Math.min(tokens.length - 1, tokenIndex))
    setActive(bounded)
    scrollToToken(bounded)
  }
  const lineBeside = (by: number) => {
    let at = rowOf(rows, selected) + by
    while (rows[at]?.type === 'heading') at += Math.sign(by)
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))]
    return row?.type === 'tokens' ? row.start : selected
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const targets: Readonly<Record<string, () => number>> = {
      ArrowRight: () => selected + 1,
      ArrowLeft: () => selected - 1,
      ArrowDown: () => lineBeside(1),
      ArrowUp: () => lineBeside(-1),
      PageDown: () => lineBeside(page),
      PageUp: () => lineBeside(-page),
      Home: () => 0,
      End: () => tokens.length - 1,
    }
    const target = targets[event.key]
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    moveTo(target())
  }

  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN)
  const last = Math.min(rows.length, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN)
  const selectedIsDrawn = rows
    .slice(first, last)
    .some((row) => row.type === 'tokens' && row.start <= selected && selected < row.end)
  return (
    <section class="tokens" aria-label={label}>
      <div class="tokens-bar">
        <h2>{label}</h2>
        <output class="count">{tokens.length.toLocaleString('en')} tokens</output>
        <label class="check">
          <input
            type="checkbox"
            checked={withIds}
            onChange={({ currentTarget }) => setWithIds(currentTarget.checked)}
          />
          ids
        </label>
      </div>
      <div
        class="token-box"
        ref={box}
        role="listbox"
        aria-label={`${label}; arrow keys move from token to token`}
        tabIndex={0}
        {...(selectedIsDrawn && { 'aria-activedescendant': optionId(label, selected) })}
        onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
        onClick={({ target }) => {
          const option = (target as HTMLElement).closest<HTMLElement>('[data-index]')
          if (option !== null) setActive(Number(option.dataset['index']))
        }}
      >
        <div
          class={withIds ? 'token-rows with-ids' : 'token-rows'}
          role="presentation"
          style={{ height: `${rows.length * rowHeight}px` }}
        >
          <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
            {rows.slice(first, last).map((row, line) => (
              <Row key={first + line} row={row} {...{ label, tokens, markAt, selected, playedTo, withIds }} />
            ))}
          </div>
        </div>
      </div>
      {tokens.length > 0 && (
        <TokenDetail
          tokenIndex={selected}
          token={tokens[selected]}
          group={groups.find(({ start, end }) => start <= selected && selected < end)}
          mark={markAt.get(selected)}
        />
      )}
    </section>
  )
}

interface RowProps extends Pick<TokenListProps, 'label' | 'tokens' | 'playedTo'> {
  readonly row: TokenRow
  readonly markAt: ReadonlyMap<number, TokenMark>
  readonly selected: number
  readonly withIds: boolean
}

function Row({ row, label, tokens, markAt, selected, playedTo = Infinity, withIds }: RowProps) {
  const { group } = row
  if (row.type === 'heading')
    return (
      <div class={`row heading tone-${group.tone}`} role="presentation">
        <span>{group.heading}</span> <small>{group.end - group.start}</small>
      </div>
    )
  const options = []
  for (let index = row.start; index < row.end; index++) {
    const token = tokens[index]
    const isMarker = encoding.isSpecialToken(token)
    const mark = markAt.get(index)
    const text = tokenText(token)
    const classes = ['token', isMarker ? 'marker' : index % 2 === 0 ? 'even' : 'odd']
    if (index === selected) classes.push('selected')
    if (mark !== undefined) classes.push('marked')
    if (index >= playedTo) classes.push('unplayed')
    options.push(
      <span
        key={index}
        id={optionId(label, index)}
        class={classes.join(' ')}
        role="option"
        aria-selected={index === selected}
        aria-setsize={tokens.length}
        aria-posinset={index + 1}
        aria-label={`${text.trim() === '' ? 'space' : text}, id ${token}${mark === undefined ? '' : `, ${mark.label}`}`}
        title={`${index}: id ${token}${mark === undefined ? '' : `\n${mark.label}`}`}
        data-index={index}
      >
        <span class="text">{text}</span>
        {withIds && <span class="id">{token}</span>}
      </span>,
    )
  }
  return (
    <div class={`row tone-${group.tone}`} role="presentation">
      {options}
    </div>
  )
}

function optionId(label: string, index: number): string {
  return `${label.replace(/\W+/g, '-')}-${index}`
}

function marksByToken(marks: readonly TokenMark[], length: number): ReadonlyMap<number, TokenMark> {
  const byToken = new Map<number, TokenMark>()
  for (const mark of marks) {
    const start = Math.min(mark.start, length - 1)
    for (let index = start; index < Math.max(mark.end, start + 1); index++)
      if (!byToken.has(index)) byToken.set(index, mark)
  }
  return byToken
}

/** How many characters and how much height a box has room for. */
function useSize(box: { readonly current: HTMLDivElement | null }) {
  const [size, setSize] = useState({ columns: 80, height: 400 })
  useLayoutEffect(() => {
    const element = box.current!
    const measure = () => {
      const ruler = document.createElement('span')
      ruler.className = 'ruler'
      ruler.textContent = '0'.repeat(100)
      element.append(ruler)
      const character = ruler.getBoundingClientRect().width / 100
      ruler.remove()
      const columns = Math.max(12, Math.floor((element.clientWidth - 24) / character))
      setSize((old) =>
        old.columns === columns && old.height === element.clientHeight
          ? old
          : { columns, height: element.clientHeight },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return size
}
