import { formatFloat } from '../../../base/python-number.ts'
import { pythonRepr } from '../../../base/python-repr.ts'
import {
  isForeign,
  isList,
  isMap,
  isScalarValue,
  type ForeignValue,
  type Scalar,
  type Value,
} from '../../../base/value.ts'
import { decodeString } from './decode-string.ts'
import { PythonFault } from './python-fault.ts'
import type { PythonToken } from './tokenize-python.ts'

/** The value of an expression, if it is a literal as Python's `ast.literal_eval` takes it: numbers, also signed, strings,
 * bytes, `True`, `False`, `None`, `...`, tuples, lists, sets and dicts of these, `set()`, complex numbers. `undefined`:
 * it is something else. Throws `PythonFault` where Python fails on a literal (a list as a dict's key). */
export function readLiteral(tokens: readonly PythonToken[]): Value | undefined {
  try {
    const reader = new LiteralReader(tokens)
    return reader.readAll()
  } catch (error) {
    if (error instanceof NotLiteral) return undefined
    throw error
  }
}

class NotLiteral extends Error {}

interface Atom {
  readonly value: Value
  /** A number that stands there as such, without a sign. */
  readonly number?: PlainNumber
}

type PlainNumber =
  | { readonly kind: 'real'; readonly value: bigint | number }
  | { readonly kind: 'imaginary'; readonly value: number }

class LiteralReader {
  readonly #tokens: readonly PythonToken[]
  #at = 0

  constructor(tokens: readonly PythonToken[]) {
    this.#tokens = tokens
  }

  readAll(): Value {
    const { value } = this.#tupleOrSingle(() => this.#at === this.#tokens.length)
    if (this.#at < this.#tokens.length) throw new NotLiteral()
    return value
  }

  // A comma makes a tuple; only one element without a comma is itself.
  #tupleOrSingle(isEnd: () => boolean): Atom {
    const first = this.#expression()
    if (!this.#peek(',')) return first
    const items = [first.value]
    while (this.#skip(',') && !isEnd()) items.push(this.#expression().value)
    return { value: toTuple(items) }
  }

  #expression(): Atom {
    const left = this.#signed()
    const sign = this.#skip('+') ? 1 : this.#skip('-') ? -1 : undefined
    if (sign === undefined) return left.atom
    const right = this.#atom().number
    if (left.real === undefined || right?.kind !== 'imaginary') throw new NotLiteral()
    return { value: toComplex(Number(left.real), sign * right.value) }
  }

  #signed(): { readonly atom: Atom; readonly real: bigint | number | undefined } {
    const sign = this.#skip('-') ? '-' : this.#skip('+') ? '+' : undefined
    const atom = this.#atom()
    const { number } = atom
    if (sign === undefined) return { atom, real: number?.kind === 'real' ? number.value : undefined }
    if (number === undefined) throw new NotLiteral()
    if (number.kind === 'imaginary') return { atom: { value: toSignedImaginary(sign, number.value) }, real: undefined }
    const value = sign === '-' ? -number.value : number.value
    return { atom: { value }, real: value }
  }

  #atom(): Atom {
    const token = this.#tokens[this.#at++]
    if (token?.kind === 'number') return toNumber(token)
    if (token?.kind === 'string') return { value: this.#string(token) }
    if (token?.kind === 'name') return { value: this.#word(token.text) }
    if (token?.text === '(') return this.#parenthesized()
    if (token?.text === '[') return { value: this.#items(']') }
    if (token?.text === '{') return { value: this.#braces(token.offset) }
    if (token?.text === '...') return { value: { kind: 'ellipsis', text: 'Ellipsis' } }
    throw new NotLiteral()
  }

  #word(text: string): Value {
    if (text === 'None') return null
    if (text === 'True') return true
    if (text === 'False') return false
    if (text === 'set' && this.#skip('(') && this.#skip(')')) return { kind: 'set', text: 'set()', items: [] }
    throw new NotLiteral()
  }

  // Neighbouring strings are one.
  #string(first: PythonToken): Value {
    const parts = [decodeString(first.text, first.offset)]
    while (this.#tokens[this.#at]?.kind === 'string') {
      const next = this.#tokens[this.#at++]!
      parts.push(decodeString(next.text, next.offset))
    }
    const isBytes = parts[0]!.kind === 'bytes'
    if (parts.some((part) => (part.kind === 'bytes') !== isBytes))
      throw new PythonFault('bytes and text do not join', first.offset)
    if (parts.some((part) => part.kind === 'format')) throw new NotLiteral()
    const text = parts.map((part) => part.text).join('')
    return isBytes ? { kind: 'bytes', text: reprBytes(text) } : text
  }

  #parenthesized(): Atom {
    if (this.#skip(')')) return { value: toTuple([]) }
    const inner = this.#tupleOrSingle(() => this.#peek(')'))
    if (!this.#skip(')')) throw new NotLiteral()
    return inner
  }

  #items(close: string): Value[] {
    const items: Value[] = []
    while (!this.#skip(close)) {
      items.push(this.#expression().value)
      if (!this.#skip(',') && !this.#peek(close)) throw new NotLiteral()
    }
    return items
  }

  #braces(offset: number): Value {
    if (this.#skip('}')) return new Map()
    const first = this.#expression().value
    if (this.#peek(':')) return this.#dict(first, offset)
    if (!this.#skip(',') && !this.#peek('}')) throw new NotLiteral()
    const items = [first, ...this.#items('}')]
    for (const item of items) checkHashable(item, offset)
    return { kind: 'set', text: `{${items.map(pythonRepr).join(', ')}}`, items }
  }

  #dict(firstKey: Value, offset: number): Value {
    const entries: [Value, Value][] = []
    let key = firstKey
    for (;;) {
      if (!this.#skip(':')) throw new NotLiteral()
      entries.push([key, this.#expression().value])
      const hasComma = this.#skip(',')
      if (this.#skip('}')) break
      if (!hasComma) throw new NotLiteral()
      key = this.#expression().value
    }
    for (const [entryKey] of entries) checkHashable(entryKey, offset)
    return toMap(entries)
  }

  #peek(text: string): boolean {
    const token = this.#tokens[this.#at]
    return token?.kind === 'op' && token.text === text
  }

  #skip(text: string): boolean {
    if (!this.#peek(text)) return false
    this.#at++
    return true
  }
}

function toNumber({ text, offset }: PythonToken): Atom {
  const digits = text.replaceAll('_', '')
  if (/[jJ]$/.test(digits) && !/^0x/i.test(digits)) {
    const value = Number(digits.slice(0, -1))
    return { value: { kind: 'complex', text: imaginaryText(value) }, number: { kind: 'imaginary', value } }
  }
  const isWhole = /^(?:0[xob].*|[0-9]+)$/i.test(digits)
  if (isWhole && digits.length > 4300 && !/^0[xob]/i.test(digits))
    throw new PythonFault('an integer is too long', offset)
  const value = isWhole ? BigInt(digits) : Number(digits)
  return { value, number: { kind: 'real', value } }
}

// `text` holds one character per byte.
function reprBytes(text: string): string {
  return `b${pythonRepr(text).replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)}`
}

function imaginaryText(value: number): string {
  return `${formatFloat(value).replace(/\.0$/, '')}j`
}

function toSignedImaginary(sign: '+' | '-', value: number): ForeignValue {
  return { kind: 'complex', text: sign === '+' ? imaginaryText(value) : `(-0-${imaginaryText(value)})` }
}

function toComplex(real: number, imaginary: number): ForeignValue {
  const isPositive = imaginary >= 0 && !Object.is(imaginary, -0)
  const text = `${formatFloat(real).replace(/\.0$/, '')}${isPositive ? '+' : ''}${imaginaryText(imaginary)}`
  return { kind: 'complex', text: Object.is(real, 0) ? imaginaryText(imaginary) : `(${text})` }
}

function toTuple(items: readonly Value[]): ForeignValue {
  const inner = items.map(pythonRepr).join(', ')
  return { kind: 'tuple', text: `(${inner}${items.length === 1 ? ',' : ''})`, items }
}

function checkHashable(value: Value, offset: number): void {
  if (isList(value) || isMap(value))
    throw new PythonFault('a list or dict cannot be a key or an element of a set', offset)
  if (!isForeign(value)) return
  if (value.kind === 'set' || value.kind === 'dict')
    throw new PythonFault('a set or dict cannot be a key or an element of a set', offset)
  for (const item of value.items ?? []) checkHashable(item, offset)
}

function toMap(entries: readonly (readonly [Value, Value])[]): Value {
  const map = new Map<Scalar, Value>()
  for (const [key, value] of entries) {
    if (isForeign(key) || isList(key) || isMap(key)) return toForeignDict(entries)
    map.set(equalKeys(key).find((equal) => map.has(equal)) ?? key, value)
  }
  return map
}

// Keys such as tuples have no place in our maps, nor in anything that DVC writes.
function toForeignDict(entries: readonly (readonly [Value, Value])[]): ForeignValue {
  return {
    kind: 'dict',
    text: `{${entries.map(([key, value]) => `${pythonRepr(key)}: ${pythonRepr(value)}`).join(', ')}}`,
    entries: new Map(entries.filter((entry): entry is [Scalar, Value] => isScalarValue(entry[0]))),
  }
}

/** The keys that Python takes for the same as `key`: 1, 1.0 and True are one. */
function equalKeys(key: Scalar): readonly Scalar[] {
  if (key === null || typeof key === 'string') return [key]
  const number = Number(key)
  const whole =
    Number.isInteger(number) && (typeof key !== 'bigint' || BigInt(number) === key) ? [BigInt(number), number] : [key]
  return number === 0 || number === 1 ? [...whole, number === 1] : whole
}
