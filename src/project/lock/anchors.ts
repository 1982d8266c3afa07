import type { AnchorMark } from '../yaml/block-scanner.ts'

/** A mark that knows its anchor. Anchors have themselves. */
export interface BoundMark extends AnchorMark {
  /** `undefined` for an alias of nothing. */
  readonly anchor: AnchorMark | undefined
}

/** Says for each alias of a text which anchor it stands for: the last one of its name above it. */
export function bindAnchors(marks: readonly AnchorMark[]): readonly BoundMark[] {
  const latest = new Map<string, AnchorMark>()
  return marks.map((mark) => {
    if (!mark.isAlias) latest.set(mark.name, mark)
    return { ...mark, anchor: latest.get(mark.name) }
  })
}

/** A part of a text that is put together of parts. Offsets of marks count from the start of the part; anchors may be in
 * other parts. */
export interface MarkedText {
  readonly text: string
  readonly marks: readonly BoundMark[]
}

/** Puts the parts together and numbers the anchors that DVC made (`id001` …) in the order in which their first aliases
 * stand, as DVC does each time it writes a file; those of them without alias go. Anchors with names of their own stay. */
export function joinNumbered(parts: readonly MarkedText[]): string {
  const names = numberNames(parts)
  return parts.map((part) => rename(part, names)).join('')
}

function numberNames(parts: readonly MarkedText[]): ReadonlyMap<AnchorMark, string> {
  const names = new Map<AnchorMark, string>()
  for (const { isAlias, anchor } of parts.flatMap(({ marks }) => marks)) {
    if (isAlias && anchor !== undefined && isNumbered(anchor.name) && !names.has(anchor))
      names.set(anchor, `id${String(names.size + 1).padStart(3, '0')}`)
  }
  return names
}

function isNumbered(name: string): boolean {
  return /^id(?!000)\d{3,}$/.test(name)
}

function rename({ text, marks }: MarkedText, names: ReadonlyMap<AnchorMark, string>): string {
  const parts: string[] = []
  let at = 0
  for (const { offset, name, anchor, isAlias } of marks) {
    const end = offset + 1 + name.length
    const isOrphan = !isAlias && isNumbered(name) && !names.has(anchor!)
    // The blank before it goes too.
    const start = isOrphan && text[offset - 1] === ' ' ? offset - 1 : offset
    parts.push(text.slice(at, start))
    if (!isOrphan) parts.push(text[offset]!, (anchor && names.get(anchor)) ?? name)
    at = end
  }
  return parts.join('') + text.slice(at)
}
