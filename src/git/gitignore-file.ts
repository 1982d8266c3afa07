import { placeByRank } from '../base/place-by-rank.ts'
import { escapeIgnoreName } from './escape-ignore-name.ts'

/** A line to be added for something in the folder of a `.gitignore`. */
export interface NewIgnoreLine {
  readonly name: string
  /** Place in the serial order. */
  readonly rank: number
}

/** The text of a `.gitignore` (`undefined`: there is none yet) with a line for each of the outs, as DVC writes it. A line
 * goes before the first line that `ranks` (by name) gives a higher rank, else to the end.
 *
 * Call it for paths that git does not ignore. Lines that are there and work are not added: git was asked about a path
 * whose rules it cannot see (one beyond a symbolic link). A name with a blank at its end gets its line again each time,
 * as in DVC: git reads such a line without the blank. `undefined`: nothing was added. */
export function addIgnoreLines(
  text: string | undefined,
  news: readonly NewIgnoreLine[],
  ranks: ReadonlyMap<string, number> = new Map(),
): AddedLines | undefined {
  const lines = splitKeepingEnds(text ?? '')
  const wanted = withoutEffective(lines, news)
  if (wanted.length === 0) return undefined
  const rankOf = new Map([...ranks].map(([name, rank]) => [ignoreLine(name), rank]))
  const placed = placeByRank(
    lines.map((line) => rankOf.get(withoutEnd(line))),
    wanted,
  )
  const added = (index: number): string => (placed.get(index) ?? []).map(({ name }) => `${ignoreLine(name)}\n`).join('')
  const body = lines.map((line, index) => added(index) + line).join('')
  const tail = added(lines.length)
  return { text: `${body}${tail === '' || body === '' || /[\r\n]$/.test(body) ? '' : '\n'}${tail}`, added: wanted }
}

export interface AddedLines {
  /** Of the whole file. */
  readonly text: string
  readonly added: readonly NewIgnoreLine[]
}

// A later `!` line may have taken a name back in.
function withoutEffective(lines: readonly string[], news: readonly NewIgnoreLine[]): readonly NewIgnoreLine[] {
  const lastOf = new Map(lines.map((line, index) => [withoutEnd(line), index]))
  const lastNegation = lines.findLastIndex((line) => line.startsWith('!'))
  return news.filter(({ name }) => {
    const line = ignoreLine(name)
    return /\s$/.test(line) || (lastOf.get(line) ?? -1) <= lastNegation
  })
}

function ignoreLine(name: string): string {
  return `/${escapeIgnoreName(name)}`
}

function splitKeepingEnds(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
}

function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '')
}
