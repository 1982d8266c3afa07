import { isTruthy } from '../../base/python-truth.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { Value } from '../../base/value.ts'
import { paramsProblems } from './problems.ts'
import { placeOf } from './place-of.ts'

/** Reads JSON as Python's `json` does: integers of any size apart from floats, `NaN` and `Infinity`, of equal keys the
 * last. A falsy document is an empty map (DVC: `utils/serialize/_json.py`). */
export function readJson(text: string, file: string): Result<Value> {
  try {
    const value = new JsonReader(text).read()
    return ok(isTruthy(value) ? value : new Map())
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault
    return failed(paramsProblems.invalid(placeOf(file, text, fault.offset), 'JSON', fault.message))
  }
}

class JsonFault extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

// Python gives up a little earlier, at its limit of nested calls.
const deepest = 1000
// Python reads no longer integers.
const mostDigits = 4300

const number = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
const plainText = /[^"\\\x00-\x1f]*/y
const hex4 = /[0-9a-fA-F]{4}/y
const blank = /[ \t\n\r]*/y

const words: readonly (readonly [string, Value])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class JsonReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Value {
    if (this.#text.startsWith('\ufeff')) throw this.#fault('it starts with a byte order mark')
    const value = this.#value()
    this.#take(blank)
    if (this.#at < this.#text.length) throw this.#fault('there is more after the value')
    return value
  }

  #value(): Value {
    this.#take(blank)
    const next = this.#text[this.#at]
    if (next === '{') return this.#nested(() => this.#map())
    if (next === '[') return this.#nested(() => this.#list())
    if (next === '"') return this.#string()
    const word = words.find(([name]) => this.#text.startsWith(name, this.#at))
    if (word === undefined) return this.#number()
    this.#at += word[0].length
    return word[1]
  }

  #nested(read: () => Value): Value {
    if (++this.#depth > deepest) throw this.#fault('it is nested too deeply')
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #map(): Value {
    const map = new Map<string, Value>()
    if (this.#skip('}')) return map
    do {
      this.#take(blank)
      if (this.#text[this.#at] !== '"') throw this.#fault('expected a name in double quotes')
      const key = this.#string()
      if (!this.#skip(':')) throw this.#fault('expected `:`')
      map.set(key, this.#value())
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#fault('expected `,` or `}`')
    return map
  }

  #list(): Value {
    const list: Value[] = []
    if (this.#skip(']')) return list
    do list.push(this.#value())
    while (this.#skip(','))
    if (!this.#skip(']')) throw this.#fault('expected `,` or `]`')
    return list
  }

  #number(): Value {
    const found = this.#take(number)
    const [, whole, fraction, exponent] = found ?? []
    if (found === null || whole === undefined) throw this.#fault('expected a value')
    if (fraction !== undefined || exponent !== undefined) return Number(found[0])
    if (whole.length > mostDigits) throw this.#fault(`an integer has more than ${mostDigits} digits`)
    return BigInt(whole)
  }

  #string(): string {
    this.#at++
    let text = ''
    for (;;) {
      text += this.#take(plainText)![0]
      const next = this.#text[this.#at]
      if (next === undefined) throw this.#fault('a string does not end')
      if (next !== '"' && next !== '\\') throw this.#fault('a string holds a control character')
      this.#at++
      if (next === '"') return text
      text += this.#escape()
    }
  }

  // Surrogates written one by one join by themselves.
  #escape(): string {
    const kind = this.#text[this.#at++] ?? ''
    if (kind !== 'u') {
      if (Object.hasOwn(escapes, kind)) return escapes[kind]!
      throw this.#fault(`\`\\${kind}\` is no escape sequence`)
    }
    const digits = this.#take(hex4)
    if (digits === null) throw this.#fault('expected four hexadecimal digits after `\\u`')
    return String.fromCharCode(Number.parseInt(digits[0], 16))
  }

  #skip(character: string): boolean {
    this.#take(blank)
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at += found[0].length
    return found
  }

  #fault(message: string): JsonFault {
    return new JsonFault(message, this.#at)
  }
}
