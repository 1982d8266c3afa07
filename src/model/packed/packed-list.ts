import { deserialize, serialize } from 'node:v8'

/** A long list in few bytes that are read fast. Values follow each other without names: who reads them asks for them in the
 * order in which they were written. */
export interface PackedList {
  /** Lines of JSON, each a list of values. */
  readonly lines: Uint8Array
  /** What JSON cannot hold, in V8's own format. */
  readonly others: Uint8Array
}

type Token = string | number | readonly string[] | null

/** Writes a list. */
export class PackWriter {
  readonly #lines: string[] = []
  readonly #others: unknown[] = []
  readonly #known = new Map<string, number>()
  #tokens: Token[] = []

  put(token: Token | undefined): void {
    this.#tokens.push(token ?? null)
    if (this.#tokens.length >= longestLine) this.#endLine()
  }

  /** A text that others in the list are equal to: all of them become one. */
  putShared(text: string | undefined): void {
    const known = text === undefined ? undefined : this.#known.get(text)
    if (text !== undefined && known === undefined) this.#known.set(text, this.#known.size)
    this.put(known ?? text)
  }

  /** Anything else that V8 can serialize. */
  putOther(value: unknown): void {
    this.#others.push(value)
  }

  end(): PackedList {
    this.#endLine()
    return { lines: Buffer.from(this.#lines.join('')), others: serialize(this.#others) }
  }

  #endLine(): void {
    this.#lines.push(`${JSON.stringify(this.#tokens)}\n`)
    this.#tokens = []
  }
}

// Each line is garbage once it has been read: short ones keep the heap small.
const longestLine = 4096

/** Reads what `PackWriter` wrote. */
export class PackReader {
  readonly #lines: Buffer
  readonly #others: readonly unknown[]
  readonly #known: string[] = []
  #line = 0
  #tokens: readonly Token[] = []
  #token = 0
  #other = 0

  constructor({ lines, others }: PackedList) {
    this.#lines = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)
    this.#others = deserialize(others) as readonly unknown[]
  }

  next(): Token {
    if (this.#token === this.#tokens.length) this.#readLine()
    return this.#tokens[this.#token++]!
  }

  text(): string {
    return this.next() as string
  }

  number(): number {
    return this.next() as number
  }

  shared(): string {
    return this.sharedIfAny()!
  }

  sharedIfAny(): string | undefined {
    const token = this.next()
    if (typeof token === 'number') return this.#known[token]
    if (token === null) return undefined
    this.#known.push(token as string)
    return token as string
  }

  other(): unknown {
    return this.#others[this.#other++]
  }

  #readLine(): void {
    const end = this.#lines.indexOf('\n', this.#line)
    this.#tokens = JSON.parse(this.#lines.toString('utf8', this.#line, end)) as readonly Token[]
    this.#line = end + 1
    this.#token = 0
  }
}

/** As many items as the next number says. */
export function readList<T>(from: PackReader, read: (from: PackReader) => T): readonly T[] {
  return Array.from({ length: from.number() }, () => read(from))
}

export function textIfAny(from: PackReader): string | undefined {
  return (from.next() ?? undefined) as string | undefined
}

/** Answers to up to 30 questions as one number, the first as its lowest bit. */
export function bits(...answers: readonly boolean[]): number {
  return answers.reduceRight((number, answer) => number * 2 + (answer ? 1 : 0), 0)
}

export function hasBit(number: number, bit: number): boolean {
  return ((number >> bit) & 1) === 1
}
