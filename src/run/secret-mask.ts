import { groupBy } from '../base/group-by.ts'

/** Replaces secrets in bytes that come in pieces, however they are cut. */
export class SecretMask {
  /** Longest first. */
  readonly #patterns: readonly Buffer[]
  readonly #byFirstByte: ReadonlyMap<number, readonly Buffer[]>
  #rest: Buffer = Buffer.alloc(0)

  constructor(secrets: Iterable<string>) {
    this.#patterns = [...new Set([...secrets].flatMap(spellings))]
      .filter((text) => text !== '')
      .map((text) => Buffer.from(text))
      // Of two that start at one place the longer is meant.
      .toSorted((a, b) => b.length - a.length)
    this.#byFirstByte = groupBy(this.#patterns, (pattern) => pattern[0] ?? 0)
  }

  /** The next piece, masked, but for an end that may be the beginning of a secret. */
  write(piece: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#rest, piece])
    const open = bytes.length - this.#openEnd(bytes)
    const { masked, end } = this.#replace(bytes, open)
    this.#rest = Buffer.from(bytes.subarray(end))
    return masked
  }

  /** What is left when no more will come. */
  end(): Buffer {
    const { masked } = this.#replace(this.#rest, this.#rest.length)
    this.#rest = Buffer.alloc(0)
    return masked
  }

  /** A whole text. */
  text(text: string): string {
    if (this.#patterns.length === 0) return text
    const mask = Buffer.concat([this.write(Buffer.from(text)), this.end()])
    return mask.toString('utf8')
  }

  /** The same value with every text in it masked, keys too. */
  value<T>(value: T): T {
    if (this.#patterns.length === 0) return value
    return this.#deep(value) as T
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((item) => this.#deep(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#deep(item)]))
  }

  // Up to `limit`, or to where a secret begins that reaches beyond it.
  #replace(bytes: Buffer, limit: number): { readonly masked: Buffer; readonly end: number } {
    const masked: Buffer[] = []
    let [from, end] = [0, limit]
    const next = this.#patterns.map((pattern) => bytes.indexOf(pattern))
    for (;;) {
      const found = this.#first(bytes, next, from)
      if (found === undefined) break
      const { at, length } = found
      end = Math.min(limit, at)
      if (at + length > limit) break
      end = limit
      masked.push(bytes.subarray(from, at), stars)
      from = at + length
    }
    masked.push(bytes.subarray(from, end))
    return { masked: Buffer.concat(masked), end }
  }

  // `next`: where each pattern stands next; looked for again only once that is behind us.
  #first(bytes: Buffer, next: number[], from: number): { readonly at: number; readonly length: number } | undefined {
    let first: { readonly at: number; readonly length: number } | undefined
    for (const [index, pattern] of this.#patterns.entries()) {
      let at = next[index] ?? -1
      if (at !== -1 && at < from) at = next[index] = bytes.indexOf(pattern, from)
      if (at !== -1 && (first === undefined || at < first.at)) first = { at, length: pattern.length }
    }
    return first
  }

  // How many bytes at the end could be the beginning of a secret.
  #openEnd(bytes: Buffer): number {
    const longest = this.#patterns[0]?.length ?? 0
    for (let at = Math.max(0, bytes.length - longest + 1); at < bytes.length; at++) {
      const candidates = this.#byFirstByte.get(bytes[at] ?? -1) ?? []
      if (candidates.some((pattern) => isBeginning(bytes, at, pattern))) return bytes.length - at
    }
    return 0
  }
}

function isBeginning(bytes: Buffer, at: number, pattern: Buffer): boolean {
  const length = bytes.length - at
  if (length >= pattern.length) return false
  for (let offset = 1; offset < length; offset++) if (bytes[at + offset] !== pattern[offset]) return false
  return true
}

const stars = Buffer.from('***')

// As programs print them: plain, line by line, in a URL, in JSON, and in base64 at each of its three alignments.
function spellings(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestLine)
  const parts = lines.length > 1 ? [secret, ...lines] : [secret]
  return parts.flatMap((part) => [
    part,
    encodeURIComponent(part),
    encodeURIComponent(part).replaceAll('%20', '+'),
    JSON.stringify(part).slice(1, -1),
    ...base64Cores(part),
  ])
}

// Shorter lines of a long secret are not secret by themselves: `}`.
const shortestLine = 8

// Whatever stands before or after, these characters are the secret's own.
function base64Cores(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  if (bytes.length < 8) return [bytes.toString('base64')]
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
    const whole = padded.toString('base64').replace(/=+$/, '')
    const core = whole.slice(Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6))
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
