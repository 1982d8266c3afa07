import { isInsideOrEqual } from '../base/paths.ts'

/** Who reads and writes which paths, as DVC keeps it in `.dvc/tmp/rwlock` (`rwlock.py`). Absolute paths as keys. */
export interface Registry {
  readonly read: ReadonlyMap<string, readonly Holder[]>
  readonly write: ReadonlyMap<string, Holder>
}

/** A process with what it works on; equal pairs are the same holder. */
export interface Holder {
  readonly pid: number
  readonly cmd: string
}

export interface RwClaim {
  readonly holder: Holder
  readonly read: readonly string[]
  readonly write: readonly string[]
}

export const emptyRegistry: Registry = { read: new Map(), write: new Map() }

/** `undefined`: valid JSON, but not of DVC's form. `'cut'`: no JSON at all, left half written by a killed process, since
 * the caller holds the guard and nobody is writing it now. */
export function parseRegistry(text: string): Registry | 'cut' | undefined {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return 'cut'
  }
  if (!isRecord(document) || Object.keys(document).some((key) => key !== 'read' && key !== 'write')) return undefined
  const { read = {}, write = {} } = document
  if (!isRecord(read) || !isRecord(write)) return undefined
  const isValid =
    Object.values(read).every((list) => Array.isArray(list) && list.every(isHolder)) &&
    Object.values(write).every(isHolder)
  if (!isValid) return undefined
  return {
    read: new Map(Object.entries(read as Record<string, Holder[]>)),
    write: new Map(Object.entries(write as Record<string, Holder>)),
  }
}

/** Parts that hold nothing are left out, as DVC does. */
export function formatRegistry({ read, write }: Registry): string {
  return JSON.stringify({
    ...(write.size > 0 ? { write: Object.fromEntries(write) } : {}),
    ...(read.size > 0 ? { read: Object.fromEntries(read) } : {}),
  })
}

/** Entries that a claim cannot stand beside: other writers of overlapping paths, and other readers of what it writes. */
export function findBlockers(
  registry: Registry,
  claim: RwClaim,
): readonly { readonly path: string; readonly holder: Holder }[] {
  const wanted = [...claim.read, ...claim.write]
  const writers = [...registry.write].map(([path, holder]) => ({ path, holder, against: wanted }))
  const readers = [...registry.read].flatMap(([path, holders]) =>
    holders.map((holder) => ({ path, holder, against: claim.write })),
  )
  return [...writers, ...readers]
    .filter(
      ({ path, holder, against }) => !isSame(holder, claim.holder) && against.some((other) => overlaps(path, other)),
    )
    .map(({ path, holder }) => ({ path, holder }))
}

export function addClaims({ read, write }: Registry, claims: readonly RwClaim[]): Registry {
  const nextRead = new Map(read)
  const nextWrite = new Map(write)
  for (const { holder, ...claim } of claims) {
    for (const path of claim.read) {
      const holders = nextRead.get(path) ?? []
      if (!holders.some((other) => isSame(other, holder))) nextRead.set(path, [...holders, holder])
    }
    for (const path of claim.write) nextWrite.set(path, holder)
  }
  return { read: nextRead, write: nextWrite }
}

/** The registry without all entries that `isGone` says of their holder. */
export function dropHolders({ read, write }: Registry, isGone: (holder: Holder) => boolean): Registry {
  const kept = [...read].map(([path, holders]) => [path, holders.filter((holder) => !isGone(holder))] as const)
  return {
    read: new Map(kept.filter(([, holders]) => holders.length > 0)),
    write: new Map([...write].filter(([, holder]) => !isGone(holder))),
  }
}

export function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.cmd === b.cmd
}

/** One of the paths is the other, or lies in it. */
export function overlaps(a: string, b: string): boolean {
  return isInsideOrEqual(a, b) || isInsideOrEqual(b, a)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHolder(value: unknown): value is Holder {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    Number.isInteger(value['pid']) &&
    typeof value['cmd'] === 'string'
  )
}
