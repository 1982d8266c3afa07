import fc from 'fast-check'
import { list, map, type Node, raw, spelled, text } from './yaml-text.ts'
import { value } from './values.ts'

/** A stage or family of a random dvc.yaml. `number` makes its outs its own. */
export function stage(number: number): fc.Arbitrary<readonly [name: string, body: Node]> {
  return fc
    .tuple(
      fc.oneof(
        { weight: 40, arbitrary: fc.constant(`s${number}`) },
        { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
      ),
      fc.oneof(
        { weight: 6, arbitrary: plainBody(number) },
        { weight: 2, arbitrary: foreachBody(number) },
        { weight: 1, arbitrary: matrixBody(number) },
      ),
    )
    .chain(([name, body]) =>
      fc
        .oneof({ weight: 20, arbitrary: fc.constant(body) }, { weight: 1, arbitrary: spoiled(body) })
        .map((final) => [name, final] as const),
    )
}

type Fields = Readonly<Record<string, Node>>

const oddNames = ['a b', 'é', 'x@y', '', '1', 'true', '__proto__', 'constructor', 'x.y', 's0']

const expressions = ['${list.1}', '${models.us.t}', '${ a }', '\\${a}', '$${s}', '${s}-${a}', '${list[-1]}', '${flags}']

const badExpressions = ['${list}', '${models}', '${nope}', '${b.nope}', '${a..b}', '${list[9]}', '${}', '${a']

// Commands may only do harm to what they make: values are those of `values.ts`, without redirections or substitutions.
function template(extra: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom('word', 'a b', '1') },
    { weight: 40, arbitrary: fc.constantFrom('${s}', '${a}', '${b.c}', ...extra) },
    { weight: 12, arbitrary: fc.constantFrom(...expressions) },
    { weight: 3, arbitrary: fc.constantFrom(...badExpressions) },
  )
}

interface BodyOptions {
  readonly number: number
  /** Makes the names of instances different. */
  readonly suffix: string
  readonly names: readonly string[]
}

function fieldsOf({ number, suffix, names }: BodyOptions): fc.Arbitrary<Fields> {
  const out = `o${number}${suffix}`
  const word = template(names)
  return fc
    .record({
      words: fc.array(word, { maxLength: 3 }),
      form: fc.constantFrom('text', 'text', 'list', 'lines'),
      deps: fc.array(depPath(number, names), { maxLength: 2 }),
      params: fc.option(params(names), { freq: 2 }),
      kind: fc.constantFrom('file', 'file', 'file', 'folder', 'folder', 'executable'),
      section: fc.oneof(
        { weight: 5, arbitrary: fc.constant('outs') },
        { weight: 1, arbitrary: fc.constantFrom('metrics', 'plots') },
      ),
      flags: fc.option(flags, { freq: 3 }),
      more: fc.record(optionalFields(names), { requiredKeys: [], noNullPrototype: true }),
      style: fc.constantFrom('plain' as const, 'plain' as const, 'double' as const, 'literal' as const),
    })
    .map(({ words, form, deps, params: paramItems, kind, section, flags: outFlags, more, style }) => {
      const content = [`echo ${words.join(' ')}`, ...deps.map((dep) => `find ${dep} -type f | sort | xargs cat`)].join(
        '; ',
      )
      const made =
        kind !== 'folder'
          ? [`(${content}) > ${out}`]
          : [`mkdir -p ${out}/sub`, `(${content}) > ${out}/f`, `echo s > ${out}/sub/g`]
      return {
        cmd: command(kind === 'executable' ? [...made, `chmod +x ${out}`] : made, form, style),
        ...(deps.length > 0 ? { deps: list(deps.map(text)) } : {}),
        ...(paramItems === null ? {} : { params: list(paramItems) }),
        [section]: list([outFlags === null ? text(out) : map([[out, outFlags]])]),
        ...more,
      }
    })
}

function command(commands: readonly string[], form: string, style: 'plain' | 'double' | 'literal'): Node {
  const written = (value: string): Node => ({ kind: 'string', value, style })
  if (form === 'list') return list(commands.map(written))
  return written(form === 'lines' ? `${commands.join('\n')}\n` : commands.join(' && '))
}

function depPath(number: number, names: readonly string[]): fc.Arbitrary<string> {
  const earlier = Array.from({ length: number }, (_, other) => `o${other}`)
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('in.txt', 'data', 'data/x', './in.txt') },
    ...(earlier.length > 0 ? [{ weight: 12, arbitrary: fc.constantFrom(...earlier) }] : []),
    {
      weight: 1,
      arbitrary: fc.constantFrom('missing.txt', 'o9', '.', 'data/', 'data/../in.txt', '../in.txt', `o${number}`),
    },
    ...(names.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...names) }] : []),
  )
}

function params(names: readonly string[]): fc.Arbitrary<readonly Node[]> {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'b.c', 'b', 's', 'models.us') },
    { weight: 1, arbitrary: fc.constantFrom('list.0', 'list.-1', 'nope', 'm*', '?', 'flags', 'odd', '', ...names) },
  )
  const file = fc.constantFrom('params.yaml', 'other.json', 'conf.toml', 'conf.py', './params.yaml', 'gone.yaml')
  const ofFile = fc
    .tuple(
      file,
      fc.oneof(
        fc
          .array(fc.constantFrom('q', 'z', 'deep.k', 'a'), { maxLength: 2 })
          .map((items) => list(items.map(text), true)),
        fc.constantFrom(raw(''), raw('{}')),
      ),
    )
    .map(([path, items]) => map([[path, items]]))
  return fc.array(fc.oneof({ weight: 3, arbitrary: key.map(text) }, { weight: 1, arbitrary: ofFile }), {
    minLength: 1,
    maxLength: 3,
  })
}

const flags: fc.Arbitrary<Node> = fc
  .record(
    {
      cache: fc.constantFrom(raw('false'), raw('true')),
      persist: fc.constantFrom(raw('true'), raw('false')),
      push: fc.constantFrom(raw('false'), raw('true')),
      desc: fc.constant(text('words')),
      type: fc.constant(text('model')),
      remote: fc.constant(text('nowhere')),
      labels: fc.constant(list([text('x')], true)),
      meta: value,
      checkpoint: fc.constant(raw('true')),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map((fields) => map(Object.entries(fields), true))

function optionalFields(names: readonly string[]): Record<string, fc.Arbitrary<Node>> {
  const rarely = <T>(arbitrary: fc.Arbitrary<T>, other: T): fc.Arbitrary<T> =>
    fc.oneof({ weight: 1, arbitrary }, { weight: 3, arbitrary: fc.constant(other) })
  return {
    desc: spelled(template(names)),
    frozen: rarely(fc.constant(raw('true')), raw('false')),
    always_changed: rarely(fc.constant(raw('true')), raw('false')),
    meta: value,
    vars: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom<Node>(list([map([['lv', raw('1')]])]), list([]), list([text('other.json')])),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Node>(
          list([text('other.json:q')]),
          list([map([['a', raw('2')]])]),
          list([text('gone.yaml')]),
        ),
      },
    ),
    wdir: rarely(fc.constantFrom(text('data'), text('.'), text('${s}'), text('../x'), text('./data/..')), text('.')),
  }
}

function plainBody(number: number): fc.Arbitrary<Node> {
  return fieldsOf({ number, suffix: '', names: [] }).map((fields) => map(Object.entries(fields)))
}

function foreachBody(number: number): fc.Arbitrary<Node> {
  const scalars = fc.constantFrom<Node>(
    list([text('p'), text('q')], true),
    list([raw('1'), raw('2.5'), raw('true')], true),
    list([text('p'), text('p'), text('${s}')]),
    list([text('a b'), text('r')], true),
    text('${list}'),
    list([], true),
  )
  const keyed = fc.constantFrom<Node>(
    list([map([['t', raw('1')]], true), map([['t', text('z')]], true)]),
    map([
      ['p', map([['t', raw('1')]])],
      ['q', map([['t', raw('2')]], true)],
    ]),
    text('${models}'),
  )
  const odd = fc.constantFrom<Node>(
    text('${b}'),
    text('${a}'),
    list([text('x@y')]),
    text('${models}'),
    list([raw('1')]),
  )
  const family = (data: fc.Arbitrary<Node>, suffix: string, names: readonly string[]): fc.Arbitrary<Node> =>
    fc.tuple(data, fieldsOf({ number, suffix, names })).map(([items, fields]) =>
      map([
        ['foreach', items],
        ['do', map(Object.entries(fields))],
      ]),
    )
  return fc.oneof(
    { weight: 5, arbitrary: family(scalars, '${item}', ['${item}']) },
    { weight: 5, arbitrary: family(keyed, '${item.t}', ['${item.t}', '${item}']) },
    { weight: 1, arbitrary: family(fc.oneof(odd, keyed), '${key}', ['${item}', '${key}', '${item.t}']) },
  )
}

function matrixBody(number: number): fc.Arbitrary<Node> {
  const axis = fc.constantFrom<Node>(
    list([text('p'), raw('1')], true),
    list([raw('true'), map([['t', raw('3')]], true)]),
    text('${list}'),
    text('ab'),
    text('${models}'),
    list([], true),
  )
  const axes = fc.record({ m: axis, n: axis }, { requiredKeys: ['m'], noNullPrototype: true })
  return fc
    .tuple(axes, fieldsOf({ number, suffix: '${key}', names: ['${item.m}', '${key}', '${item}'] }))
    .map(([matrix, fields]) => map([['matrix', map(Object.entries(matrix))], ...Object.entries(fields)]))
}

// Something that should not be there: a key of the wrong kind, a key that nobody knows, the same key twice, a bad path.
function spoiled(body: Node): fc.Arbitrary<Node> {
  if (body.kind !== 'map') return fc.constant(body)
  const names = [
    'cmd',
    'deps',
    'outs',
    'params',
    'metrics',
    'plots',
    'wdir',
    'frozen',
    'vars',
    'desc',
    'foreach',
    'do',
    'matrix',
  ]
  const anyKey = fc.constantFrom(...names, 'always_changed', 'live', 'name', 'nobody', 'locked')
  const badPath = fc.constantFrom('x.dvc', 'dvc.yaml', 'o0', 'o0/f', 'data', 'sub', '', '.', 'in.txt', 'ignored.log')
  return fc.oneof(
    fc.tuple(anyKey, value).map(([key, odd]) => with_(body, key, odd)),
    badPath.map((path) => with_(body, 'outs', list([text(path)]))),
    badPath.map((path) => with_(body, 'deps', list([text(path)]))),
    fc.constant({ ...body, entries: [...body.entries, ...body.entries.slice(0, 1)] }),
    fc
      .nat(body.entries.length - 1)
      .map((index) => ({ ...body, entries: body.entries.filter((_, other) => other !== index) })),
    fc.constantFrom(...oddEntries).map((entries) => ({ ...body, entries: [...entries, ...body.entries] })),
    fc.constantFrom(...oddEntries).map((entries) => ({ ...body, entries: [...body.entries, ...entries] })),
    fc.constant(raw('~')),
    value,
  )
}

// Merged maps, aliases, and keys that are no strings.
const oddEntries: readonly (readonly (readonly [Node, Node])[])[] = [
  [[raw('<<'), raw('{desc: merged, frozen: true}')]],
  [[raw('<<'), raw('[{desc: first}, {desc: second, cmd: other}]')]],
  [[raw('<<'), raw('{cmd: other}')]],
  [[raw('<<'), raw('1')]],
  [
    [raw('desc'), raw('&d word')],
    [raw('meta'), raw('*d')],
  ],
  [
    [raw('meta'), raw('&m {k: [1]}')],
    [raw('<<'), raw('*m')],
  ],
  [[raw('meta'), raw('{1: a, 1.5: b, true: c, ~: d}')]],
  [[raw('meta'), raw('{[a, b]: c}')]],
  [[raw('meta'), raw('{? {a: b} : c}')]],
  [[raw('1'), raw('x')]],
  [[raw('true'), raw('x')]],
  [[raw('~'), raw('x')]],
]

function with_(body: Node & { readonly kind: 'map' }, key: string, odd: Node): Node {
  const others = body.entries.filter(([name]) => !(name.kind === 'string' && name.value === key))
  return { ...body, entries: [...others, [text(key), odd]] }
}
