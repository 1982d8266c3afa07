import type { Value } from '../../../base/value.ts'
import { PythonFault } from './python-fault.ts'
import { readAssignment } from './read-assignment.ts'
import type { PythonToken } from './tokenize-python.ts'

/** The parameters in a Python file: literals assigned at module level and in class bodies, and to attributes of `self`
 * in functions named `__init__`. Classes are maps under their names (DVC: `utils/serialize/_py.py`). */
export function readStatements(tokens: readonly PythonToken[]): Value {
  const params = new Map<string, Value>()
  new StatementReader(tokens).readBlock({ params, onlySelf: false })
  return params
}

/** Where assignments of a block go. */
interface Target {
  readonly params: Map<string, Value>
  readonly onlySelf: boolean
}

const compound = new Set([
  'if',
  'elif',
  'else',
  'for',
  'while',
  'try',
  'except',
  'finally',
  'with',
  'async',
  'def',
  'class',
])

class StatementReader {
  readonly #tokens: readonly PythonToken[]
  #at = 0

  constructor(tokens: readonly PythonToken[]) {
    this.#tokens = tokens
  }

  /** Up to the end of the block. `undefined`: nothing in it counts. */
  readBlock(target: Target | undefined): void {
    while (this.#peek().kind !== 'dedent' && this.#peek().kind !== 'end') {
      if (this.#peek().kind === 'indent') throw new PythonFault('unexpected indentation', this.#peek().offset)
      this.#readStatement(target)
    }
    this.#at++
  }

  #peek(): PythonToken {
    return this.#tokens[this.#at]!
  }

  #readStatement(target: Target | undefined): void {
    if (this.#peek().kind === 'name' && compound.has(this.#peek().text)) return this.#readCompound(target)
    const line = this.#takeLine()
    if (target !== undefined) for (const statement of splitStatements(line)) assign(statement, target)
    // `match` and whatever later versions of Python bring.
    if (this.#peek().kind === 'indent' && line.at(-1)?.text === ':') this.#readSuite(undefined)
  }

  #readCompound(target: Target | undefined): void {
    const [keyword, name] = [this.#peek(), this.#tokens[this.#at + 1]!]
    const header = this.#takeHeader()
    const own = target === undefined ? undefined : innerTarget(keyword.text, name.text, target)
    if (this.#peek().kind !== 'newline') {
      const line = this.#takeLine()
      if (own !== undefined) for (const statement of splitStatements(line)) assign(statement, own)
    } else {
      this.#at++
      if (this.#peek().kind !== 'indent') throw new PythonFault('expected an indented block', header.offset)
      this.#readSuite(own)
    }
    if (keyword.text === 'class' && own !== undefined) target?.params.set(name.text, own.params)
  }

  #readSuite(target: Target | undefined): void {
    this.#at++
    this.readBlock(target)
  }

  // Up to the colon outside brackets that no lambda takes.
  #takeHeader(): PythonToken {
    const start = this.#peek()
    let [depth, lambdas] = [0, 0]
    for (; this.#peek().kind !== 'newline'; this.#at++) {
      const { kind, text } = this.#peek()
      if (kind === 'name' && text === 'lambda' && depth === 0) lambdas++
      if (kind !== 'op') continue
      if ('([{'.includes(text)) depth++
      else if (')]}'.includes(text)) depth--
      else if (text === ':' && depth === 0 && lambdas-- === 0) {
        this.#at++
        return start
      }
    }
    throw new PythonFault('expected `:`', this.#peek().offset)
  }

  #takeLine(): readonly PythonToken[] {
    const start = this.#at
    while (this.#peek().kind !== 'newline') this.#at++
    return this.#tokens.slice(start, this.#at++)
  }
}

// Later assignments replace the value and keep the place of the first, as a Python dict does.
function assign(statement: readonly PythonToken[], { params, onlySelf }: Target): void {
  const assignment = readAssignment(statement, onlySelf)
  if (assignment !== undefined) params.set(assignment.name, assignment.value)
}

function innerTarget(keyword: string, name: string, target: Target): Target | undefined {
  if (keyword === 'class') return { params: new Map(), onlySelf: false }
  return keyword === 'def' && name === '__init__' ? { params: target.params, onlySelf: true } : undefined
}

function splitStatements(line: readonly PythonToken[]): (readonly PythonToken[])[] {
  const statements: PythonToken[][] = [[]]
  for (const token of line) {
    if (token.kind === 'op' && token.text === ';') statements.push([])
    else statements.at(-1)!.push(token)
  }
  return statements
}
