import type { AnchorMark } from '../yaml/block-scanner.ts'
import { scanLock } from './scan-lock.ts'

/** Numbers the anchors that DVC made (`id001` …) in the order in which their first aliases stand, through the whole
 * file, as DVC does each time it writes one. */
export function numberAnchors(text: string): string {
  const marks = scanLock(text)?.anchors ?? []
  const names = new Map<AnchorMark, string>()
  const open = new Map<string, AnchorMark>()
  for (const mark of marks) {
    if (!mark.isAlias) open.set(mark.name, mark)
    const anchor = open.get(mark.name)
    if (anchor === undefined || !isNumbered(mark.name)) continue
    if (mark.isAlias && !names.has(anchor)) names.set(anchor, `id${String(names.size + 1).padStart(3, '0')}`)
  }
  return replaceNames(text, marks, names)
}

function isNumbered(name: string): boolean {
  return /^id(?!000)\d{3,}$/.test(name)
}

function replaceNames(text: string, marks: readonly AnchorMark[], names: ReadonlyMap<AnchorMark, string>): string {
  const open = new Map<string, AnchorMark>()
  const parts: string[] = []
  let written = 0
  for (const mark of marks) {
    if (!mark.isAlias) open.set(mark.name, mark)
    const anchor = open.get(mark.name)
    const name = (anchor && names.get(anchor)) ?? mark.name
    parts.push(text.slice(written, mark.offset + 1), name)
    written = mark.offset + 1 + mark.name.length
  }
  return parts.join('') + text.slice(written)
}
