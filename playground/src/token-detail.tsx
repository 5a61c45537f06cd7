import type { TokenGroup, TokenMark } from './token-rows.js'
import { bytesText, tokenText } from './token-text.js'

export interface TokenDetailProps {
  readonly tokenIndex: number
  readonly token: number
  readonly group: TokenGroup | undefined
  readonly mark: TokenMark | undefined
}

/** Everything about the selected token, read out as the selection moves. */
export function TokenDetail({ tokenIndex, token, group, mark }: TokenDetailProps) {
  return (
    <p class="token-detail" aria-live="polite">
      <span>
        token <b>{tokenIndex}</b>
      </span>
      <span>
        id <b>{token}</b>
      </span>
      <code>{tokenText(token)}</code>
      <span>bytes {bytesText(token)}</span>
      {group !== undefined && <span>{group.heading}</span>}
      {mark !== undefined && <span class="deviation-label">{mark.label}</span>}
    </p>
  )
}
