import type { TokenCount } from 'gpt-oss-harmony/tokens'

/** What a prompt's tokens are spent on, by part and by channel. */
export function Counts({ counts, total }: { readonly counts: TokenCount; readonly total: number }) {
  return (
    <div class="counts">
      <CountTable label="Tokens by part" counts={counts.byPart} total={total} />
      <CountTable label="Tokens by channel" counts={counts.byChannel} total={total} />
    </div>
  )
}

interface CountTableProps {
  readonly label: string
  readonly counts: Readonly<Record<string, number>>
  readonly total: number
}

export function CountTable({ label, counts, total }: CountTableProps) {
  const used = Object.entries(counts).filter(([, count]) => count > 0)
  if (used.length === 0) return null
  return (
    <table>
      <caption>{label}</caption>
      <tbody>
        {used.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{name === '' ? 'no channel' : name}</th>
            <td>{count.toLocaleString('en')}</td>
            <td class="bar" aria-hidden="true">
              <span style={{ width: `${(count / Math.max(1, total)) * 100}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
