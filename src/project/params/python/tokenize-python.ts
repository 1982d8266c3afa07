import { PythonFault } from './python-fault.ts'
import { scanNumber, scanString } from './scan-literals.ts'

/** A piece of Python source. `indent` and `dedent` enclose a block; `newline` ends a logical line. */
export interface PythonToken {
  readonly kind: 'name' | 'number' | 'string' | 'op' | 'newline' | 'indent' | 'dedent' | 'end'
  readonly text: string
  readonly offset: number
}

/** Cuts Python source, with LF line ends, into tokens. Throws `PythonFault`. */
export function tokenizePython(source: string): readonly PythonToken[] {
  return new Tokenizer(source).tokenize()
}

// Python's own limits; they also bound the recursion of what reads the tokens.
const mostBrackets = 200
const mostIndents = 100

const gap = /[ \t\f]*/y
const name = /[\p{XID_Start}_]\p{XID_Continue}*/uy
const operator =
  /\.\.\.|\*\*=|\/\/=|>>=|<<=|->|:=|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|@=|\*\*|\/\/|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=]/y
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Columns of an indentation with tabs to every eighth column and with tabs as one: their order must agree. */
interface Indent {
  readonly wide: number
  readonly narrow: number
}

class Tokenizer {
  readonly #source: string
  readonly #tokens: PythonToken[] = []
  readonly #brackets: string[] = []
  readonly #indents: Indent[] = [{ wide: 0, narrow: 0 }]
  #at = 0
  // True where the last logical line has ended.
  #isLineStart = true

  constructor(source: string) {
    this.#source = source
  }

  tokenize(): readonly PythonToken[] {
    while (this.#at < this.#source.length) {
      if (this.#isLineStart) this.#startLine()
      else this.#readToken()
    }
    const open = this.#brackets.at(-1)
    if (open !== undefined) throw this.#fault(`\`${open}\` is never closed`)
    if (!this.#isLineStart) this.#push('newline', '')
    while (this.#indents.length > 1) this.#closeIndent()
    this.#push('end', '')
    return this.#tokens
  }

  // Blank lines and lines with only a comment have no indentation.
  #startLine(): void {
    const indent = measure(this.#take(gap))
    const next = this.#source[this.#at]
    if (next === '#') this.#skipComment()
    if (next === undefined) return
    if (next === '#' || next === '\n') {
      this.#at++
      return
    }
    this.#indentTo(indent)
    this.#isLineStart = false
    this.#readToken()
  }

  #indentTo(indent: Indent): void {
    const current = this.#indents.at(-1)!
    if (isDeeper(indent, current)) {
      if (this.#indents.length >= mostIndents) throw this.#fault('there are too many levels of indentation')
      this.#indents.push(indent)
      this.#push('indent', '')
      return
    }
    while (this.#indents.length > 1 && this.#indents.at(-1)!.wide > indent.wide) this.#closeIndent()
    const { wide, narrow } = this.#indents.at(-1)!
    if (wide !== indent.wide || narrow !== indent.narrow) {
      throw this.#fault('the indentation matches no outer level, or mixes tabs and blanks')
    }
  }

  #closeIndent(): void {
    this.#indents.pop()
    this.#push('dedent', '')
  }

  #readToken(): void {
    this.#take(gap)
    const next = this.#source[this.#at]
    if (next === undefined) return
    if (next === '#') return this.#skipComment()
    if (next === '\n') return this.#endLine()
    if (next === '\\') return this.#joinLines()
    const offset = this.#at
    const string = scanString(this.#source, offset)
    if (string !== undefined) return this.#accept('string', string)
    const identifier = this.#take(name)
    if (identifier !== '') return this.#push('name', identifier.normalize('NFKC'), offset)
    const number = scanNumber(this.#source, offset)
    if (number !== undefined) return this.#accept('number', number)
    this.#readOperator()
  }

  #readOperator(): void {
    const offset = this.#at
    const text = this.#take(operator)
    if (text === '') throw this.#fault(`\`${this.#source[offset]}\` has no meaning here`)
    if (Object.hasOwn(closing, text)) {
      this.#brackets.push(text)
      if (this.#brackets.length > mostBrackets) throw this.#fault('brackets are nested too deeply')
    } else if (')]}'.includes(text) && closing[this.#brackets.pop() ?? ''] !== text) {
      throw new PythonFault(`\`${text}\` closes nothing`, offset)
    }
    this.#push('op', text, offset)
  }

  #endLine(): void {
    if (this.#brackets.length === 0) {
      this.#push('newline', '')
      this.#isLineStart = true
    }
    this.#at++
  }

  #joinLines(): void {
    if (this.#source[this.#at + 1] !== '\n') throw this.#fault('unexpected character after a backslash')
    this.#at += 2
    if (this.#at >= this.#source.length) throw this.#fault('a backslash at the end continues nothing')
  }

  #skipComment(): void {
    const end = this.#source.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#source.length : end
  }

  #accept(kind: 'string' | 'number', text: string): void {
    this.#push(kind, text, this.#at)
    this.#at += text.length
  }

  #push(kind: PythonToken['kind'], text: string, offset = this.#at): void {
    this.#tokens.push({ kind, text, offset })
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#source)?.[0] ?? ''
    this.#at += text.length
    return text
  }

  #fault(message: string): PythonFault {
    return new PythonFault(message, this.#at)
  }
}

function measure(blanks: string): Indent {
  let [wide, narrow] = [0, 0]
  for (const character of blanks) {
    if (character === '\f') [wide, narrow] = [0, 0]
    else {
      wide = character === '\t' ? (Math.floor(wide / 8) + 1) * 8 : wide + 1
      narrow++
    }
  }
  return { wide, narrow }
}

function isDeeper(indent: Indent, than: Indent): boolean {
  return indent.wide > than.wide && indent.narrow > than.narrow
}
