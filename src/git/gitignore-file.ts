import { escapeIgnoreName } from './escape-ignore-name.ts'

/** The text of a `.gitignore` (`undefined`: there is none yet) with a line for the out `name` of its folder, as DVC
 * writes it. The line goes before the first line for one of the names in `before`, else to the end.
 *
 * Call it for paths that git does not ignore. `undefined`: the line is there and works, so git was asked about a path
 * whose rules it cannot see (one beyond a symbolic link). A name with a blank at its end gets its line again each time,
 * as in DVC: git reads such a line without the blank. */
export function addIgnoreLine(text: string | undefined, name: string, before: readonly string[]): string | undefined {
  const line = ignoreLine(name)
  const lines = splitKeepingEnds(text ?? '')
  if (hasEffect(lines, line)) return undefined
  const later = new Set(before.map(ignoreLine))
  const place = lines.findIndex((existing) => later.has(withoutEnd(existing)))
  if (place !== -1) return lines.toSpliced(place, 0, `${line}\n`).join('')
  const all = lines.join('')
  return `${all}${all === '' || /[\r\n]$/.test(all) ? '' : '\n'}${line}\n`
}

function ignoreLine(name: string): string {
  return `/${escapeIgnoreName(name)}`
}

// A later `!` line may have taken the name back in.
function hasEffect(lines: readonly string[], line: string): boolean {
  const place = lines.findLastIndex((existing) => withoutEnd(existing) === line)
  return place !== -1 && !/\s$/.test(line) && !lines.slice(place).some((later) => later.startsWith('!'))
}

function splitKeepingEnds(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
}

function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '')
}
