import { isList, isMap, type Scalar, type Value, type ValueMap } from '../../src/base/value.ts'
import { scalarStyle } from '../../src/project/yaml/scalar-style.ts'

/** A dvc.lock as people, other programs and older DVCs leave it: its text in parts, so that what has to stay is known. */
export interface HandmadeLock {
  /** All before the first entry. */
  readonly head: string
  readonly entries: readonly HandmadeEntry[]
  /** Comments and blank lines below the last entry. */
  readonly notes: string
  /** All below the stages. */
  readonly tail: string
  readonly hasBom: boolean
  readonly lineEnd: '\n' | '\r\n'
  /** The last line ends without line end. */
  readonly isCut: boolean
  /** Column of the names. */
  readonly column: number
  /** Some entries refer to others. */
  readonly isShared: boolean
}

export interface HandmadeEntry {
  readonly name: string
  /** Comments and blank lines above it. */
  readonly notes: string
  /** Comment on the line of its name. */
  readonly comment: string
  /** Its lines. */
  readonly text: string
}

/** Makes choices one after another, from numbers that fast-check drew. */
export class Choices {
  readonly #numbers: readonly number[]
  #next = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  number(below: number): number {
    return (this.#numbers[this.#next++ % this.#numbers.length] ?? 0) % below
  }

  pick<T>(...options: readonly T[]): T {
    return options[this.number(options.length)]!
  }

  /** One in so many. */
  rarely(times: number): boolean {
    return this.number(times) === times - 1
  }
}

const names = [
  'train',
  'fit@a b',
  '1',
  'é',
  "it's",
  'x: y',
  'a/b',
  'stages',
  'cmd',
  'n'.repeat(130),
  'true',
  '#1',
  ' s',
  '\u00a0n',
  '"q"',
  'id001',
]

const texts = [
  ...'python a.py¦a: b¦it\'s¦"q"¦# no¦true¦1¦¦é 😀¦- x¦{a}¦&a¦*a¦x #y¦a\nb: c\n¦a\n\n b\n'.split('¦'),
  `python train.py ${'--option value '.repeat(9)}--last`,
  `echo ${'word'.repeat(40)} end`,
  `mkdir -p out\n${'cp "a b" c\t&& '.repeat(8)}true\n`,
]

/** An entry's content. */
export function handmadeContent(choices: Choices): ValueMap {
  const cmd: Value = choices.rarely(4) ? [choices.pick(...texts), choices.pick(...texts)] : choices.pick(...texts)
  const entry = new Map<Scalar, Value>([['cmd', cmd]])
  if (!choices.rarely(3)) entry.set('deps', [item(choices), item(choices)].slice(choices.number(2)))
  if (!choices.rarely(3)) entry.set('params', new Map([['params.yaml', params(choices)]]))
  if (!choices.rarely(3)) entry.set('outs', [item(choices)])
  return entry
}

function item(choices: Choices): ValueMap {
  const known = new Map<Scalar, Value>([
    ['path', choices.pick('data', 'a b.csv', './x/', 'ä', 'p'.repeat(90), ...texts)],
    [
      'md5',
      choices.pick(
        'b026324c6904b2a9cb4b88d6d61c81d1.dir',
        '12345678901234567890123456789012',
        '1234567890123456789012345678e012',
      ),
    ],
    ['size', BigInt(choices.number(99_999))],
  ])
  return choices.rarely(2) ? new Map([...known, ['isexec', true]]) : known
}

function params(choices: Choices): ValueMap {
  const values: readonly Value[] = [
    1n,
    0.001,
    1e-5,
    true,
    null,
    [],
    new Map(),
    [1n, [2n]],
    new Map([['k', [1.5]]]),
    'x',
    '1e3',
    -7n,
    ...texts,
  ]
  const keys = ['lr', 'a.b', 'é', "it's", 'true', '1', 'x: y', 'k'.repeat(90)].slice(choices.number(7))
  return new Map(keys.slice(0, 1 + choices.number(3)).map((key) => [key, choices.pick(...values)]))
}

export function handmadeLock(choices: Choices): HandmadeLock {
  const writer = new HandWriter(choices)
  const column = choices.pick(2, 2, 2, 2, 1, 4)
  const chosen = names.slice(choices.number(names.length - 4)).slice(0, 1 + choices.number(4))
  const isShared = chosen.length > 1 && choices.rarely(8)
  const anchor = choices.pick('shared', 'id001', 'id007')
  const entries = chosen.map((name, index) => {
    const written = writer.entry(name, handmadeContent(choices), column)
    const [first, ...others] = [`&${anchor} [1, 2]`, ...Array.from<string>({ length: 9 }).fill(`*${anchor}`)]
    const share = index === 0 ? first : others[0]
    return isShared
      ? { ...written, text: `${written.text}${' '.repeat(column + writer.step)}shared: ${share}\n` }
      : written
  })
  const [above, below] = tops(choices)
  return {
    head: `${choices.pick('', '', '', '---\n', '# made by hand\n', '%YAML 1.2\n---\n', '\n')}${above}stages:${writer.comment()}\n`,
    entries,
    notes: writer.notes(),
    tail: below + choices.pick('', '', '', below === '' ? '' : '# end\n', '...\n'),
    hasBom: choices.rarely(10),
    lineEnd: choices.rarely(6) ? '\r\n' : '\n',
    isCut: choices.rarely(8),
    column,
    isShared,
  }
}

function tops(choices: Choices): readonly [above: string, below: string] {
  const schema = choices.pick("schema: '2.0'\n", 'schema: "2.0"  # v\n', "'schema': '2.0'\n", "schema:\n  '2.0'\n")
  const datasets = choices.pick('', '', '', "datasets:\n- name: 'd'\n  stages: {a: 1}\n", 'datasets: []\n')
  return choices.pick([schema + datasets, ''], [schema, datasets], [datasets, schema])
}

/** Writes values in any way that YAML allows. */
class HandWriter {
  readonly #choices: Choices
  /** Columns from a name to what is below it. */
  readonly step: number

  constructor(choices: Choices) {
    this.#choices = choices
    this.step = choices.pick(2, 2, 4, 1)
  }

  entry(name: string, content: ValueMap, column: number): HandmadeEntry {
    const comment = this.comment()
    const indent = ' '.repeat(column)
    const body = this.#map(content, column + this.step)
    const isFlow = this.#choices.rarely(8)
    const isExplicit = name.length > 120
    const key = isExplicit ? `? ${this.#key(name)}` : `${this.#key(name)}:`
    if (isFlow && !isExplicit)
      return { name, notes: this.notes(), comment: '', text: `${indent}${key} ${this.#flow(content)}\n` }
    const tag = isExplicit ? '' : this.#choices.pick('', '', '', '', '', '', ' !!map', ' &unused')
    const start = isExplicit ? `${indent}${key}\n${indent}:\n` : `${indent}${key}${tag}${comment}\n`
    return {
      name,
      notes: this.notes(),
      comment: isExplicit || tag !== '' ? '' : comment,
      text: `${start}${body.join('\n')}\n`,
    }
  }

  lines(map: ValueMap): readonly string[] {
    return this.#map(map, 0)
  }

  comment(): string {
    return this.#choices.pick('', '', '', '', '  # a note', ' # key: value', '   #')
  }

  notes(): string {
    return this.#choices.pick('', '', '', '', '\n', '# about\n', '\n  # cmd: old\n\n', '        # deep\n', '  #:\n')
  }

  #key(name: string): string {
    const style = scalarStyle(name)
    if (style === 'plain' && !this.#choices.rarely(3)) return name
    return this.#choices.rarely(2) && style !== 'double' ? `'${name.replaceAll("'", "''")}'` : JSON.stringify(name)
  }

  #map(map: ValueMap, column: number): readonly string[] {
    return [...map].flatMap(([key, value]) => [...this.#noteLines(), ...this.#pair(String(key), value, column)])
  }

  // Above a line, never below the last one of an entry.
  #noteLines(): readonly string[] {
    return this.#choices.rarely(12) ? [this.#choices.pick('', '# inside', '          # deep: er')] : []
  }

  #pair(key: string, value: Value, column: number): readonly string[] {
    const start = `${' '.repeat(column)}${this.#key(key)}:`
    const isFlow = this.#choices.rarely(6)
    if (!isMap(value) && !isList(value)) return this.#scalar(`${start} `, value, column)
    if (isFlow || isEmpty(value)) return [`${start} ${this.#flow(value)}`]
    const mark = this.#choices.pick('', '', '', '', '', ' &unused2', isMap(value) ? ' !!map' : ' !!seq')
    const first = `${start}${mark}${this.comment()}`
    if (isMap(value)) return [first, ...this.#map(value, column + this.#choices.pick(2, 2, 4, 1))]
    return [first, ...this.#list(value, column + this.#choices.pick(0, 0, 2, 1))]
  }

  #list(items: readonly Value[], column: number): readonly string[] {
    return items.flatMap((value) => {
      const dash = `${' '.repeat(column)}-${this.#choices.pick(' ', ' ', '   ')}`
      if (isEmpty(value) || this.#choices.rarely(8)) return [`${dash}${this.#flow(value)}`]
      if (!isMap(value) && !isList(value)) return this.#scalar(dash, value, column)
      const lines = isMap(value) ? this.#pairs(value, dash.length) : this.#list(value, dash.length)
      return [dash + lines[0]!.slice(dash.length), ...lines.slice(1)]
    })
  }

  #pairs(map: ValueMap, column: number): readonly string[] {
    return [...map].flatMap(([key, value]) => this.#pair(String(key), value, column))
  }

  #scalar(start: string, value: Value, column: number): readonly string[] {
    if (typeof value !== 'string') return [`${start}${this.#number(value)}${this.comment()}`]
    const deeper = ' '.repeat(column + this.#choices.pick(1, 2, 4))
    const style = scalarStyle(value)
    if (/^\S.*[^\n]\n$/s.test(value) && !value.includes('\t') && !this.#choices.rarely(3))
      return this.#block(start, value, deeper)
    if (style === 'plain' && !this.#choices.rarely(3)) {
      const words = value.split(' ')
      const isFolded = words.length > 8 && /^[\w. -]+$/.test(value) && !value.includes('  ')
      if (!isFolded) return [`${start}${value}${this.comment()}`]
      return [start + words.slice(0, 6).join(' '), deeper + words.slice(6).join(' ')]
    }
    if (style !== 'double' && this.#choices.rarely(2)) return [`${start}'${value.replaceAll("'", "''")}'`]
    const half = value.indexOf(' ', 30)
    if (half === -1 || this.#choices.rarely(2)) return [`${start}${JSON.stringify(value)}${this.comment()}`]
    // An escaped line break keeps the blank.
    const quoted = [JSON.stringify(value.slice(0, half)).slice(0, -1), JSON.stringify(value.slice(half)).slice(1)]
    return [`${start}${quoted[0]}\\`, `${this.#choices.pick(deeper, '   ', deeper)}\\${quoted[1]}`]
  }

  #block(start: string, value: string, deeper: string): readonly string[] {
    const mark = this.#choices.pick('|', '|', '|  # text')
    const lines = value.slice(0, -1).split('\n')
    return [start + mark, ...lines.map((line) => (line === '' ? '' : deeper + line))]
  }

  #number(value: Value): string {
    if (value === null) return this.#choices.pick('', 'null', '~')
    if (typeof value === 'boolean') return this.#choices.pick(String(value), String(value).toUpperCase())
    if (typeof value === 'bigint') return this.#choices.pick(String(value), value < 0n ? String(value) : `0${value}`)
    return value === 1e-5
      ? this.#choices.pick('1e-05', '1.0e-5', '0.00001')
      : this.#choices.pick(value === 0.001 ? '1.0e-3' : '1.5', value === 0.001 ? '0.0010' : '1.50')
  }

  #flow(value: Value): string {
    if (isList(value)) return `[${value.map((item_) => this.#flow(item_)).join(this.#choices.pick(', ', ',', ' , '))}]`
    if (isMap(value))
      return `{${[...value].map(([key, item_]) => `${JSON.stringify(key)}: ${this.#flow(item_)}`).join(', ')}}`
    return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : this.#number(value)
  }
}

function isEmpty(value: Value): boolean {
  return (isList(value) && value.length === 0) || (isMap(value) && value.size === 0)
}

/** The whole text, with some entries' lines replaced and new ones below the last. */
export function textOf(lock: HandmadeLock, replaced: ReadonlyMap<string, string> = new Map()): string {
  const known = new Set(lock.entries.map(({ name }) => name))
  const news = [...replaced].filter(([name]) => !known.has(name)).map(([, lines]) => lines)
  const entries = lock.entries.map(
    (entry) => entry.notes + (withComment(replaced.get(entry.name), entry) ?? entry.text),
  )
  const whole = [lock.head, ...entries, lock.notes, ...news, lock.tail].join('').replaceAll('\n', lock.lineEnd)
  const isLastReplaced = replaced.has(lock.entries.at(-1)!.name) && lock.notes === ''
  const isCut = isCuttable(lock) && news.length === 0 && !isLastReplaced
  return (lock.hasBom ? '\uFEFF' : '') + (isCut ? whole.slice(0, -lock.lineEnd.length) : whole)
}

function withComment(lines: string | undefined, { comment }: HandmadeEntry): string | undefined {
  return lines?.replace(/:\n/, () => `:${comment}\n`)
}

function isCuttable({ isCut, tail, notes }: HandmadeLock): boolean {
  return isCut && tail === '' && notes === ''
}

/** A map as somebody's hand may have written it, as a whole file. */
export function handmadeText(map: ValueMap, choices: Choices): string {
  return `${new HandWriter(choices).lines(map).join('\n')}\n`
}
