import fc from 'fast-check'
import { list, map, type Node, raw, spelled, text } from './yaml-text.ts'

/** Scalars as people write them, among them those that YAML 1.1, 1.2 and DVC's reader take for different things. */
const scalar: fc.Arbitrary<Node> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc
      .constantFrom('1', '0', '-3', '2.5', '1.0', '1e-5', '1e3', '1_000', '0x1F', '017', 'true', 'false', '~', 'null')
      .map(raw),
  },
  {
    weight: 20,
    arbitrary: fc
      .constantFrom(
        'yes',
        '.5',
        '1.',
        '.inf',
        '-.inf',
        '.nan',
        '1e400',
        '12:30:45',
        '0o17',
        '-0',
        '+1',
        'TRUE',
        '!!str 3',
      )
      .map(raw),
  },
  { weight: 60, arbitrary: spelled(fc.constantFrom('s', 'a b', "it's", 'x/y', 'é', 'v2', 'long '.repeat(20).trim())) },
  {
    weight: 20,
    arbitrary: spelled(fc.constantFrom('', ' a', 'a ', '1', 'true', 'q\nr', '\\${a}', '日本😀', 'a: b', 'a #b')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2020-01-01', '2020-01-01 10:00:00', '!!binary aGk=', '=', '*nowhere').map(raw),
  },
)

const keys = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', 'k', 't') },
  { weight: 1, arbitrary: fc.constantFrom('x-y', 'k 1', 'é', '__proto__', 'constructor', 'a.b', 'size') },
)

/** Any value that a params file may hold. */
export const value: fc.Arbitrary<Node> = fc.letrec<{ value: Node }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 5, arbitrary: scalar },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(fc.tuple(keys, tie('value')), { maxLength: 3 }), fc.boolean())
        .map(([entries, flow]) => map(unique(entries), flow)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom('1', '1.5', '-0', 'true', '~', 'yes', '0x1F', '1e3', '2020-01-01', '!!str 3'),
          tie('value'),
        )
        .map(([key, item]): Node => ({ kind: 'map', entries: [[raw(key), item]], flow: false })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(tie('value'), { maxLength: 3 }), fc.boolean())
        .map(([items, flow]) => list(items, flow)),
    },
  ),
})).value

/** A params.yaml in which the names exist that templates and params ask for, most of the time. */
export const paramsFile: fc.Arbitrary<Node> = fc
  .record(
    {
      a: scalar,
      b: fc.record({ c: scalar, d: value }).map(({ c, d }) =>
        map([
          ['c', c],
          ['d', d],
        ]),
      ),
      s: spelled(fc.constantFrom('s', 'word', 'x/y')),
      list: fc.array(scalar, { minLength: 2, maxLength: 3 }).map((items) => list(items, true)),
      flags: fc.array(fc.tuple(keys, scalar), { maxLength: 4 }).map((entries) => map(unique(entries))),
      models: fc
        .array(fc.tuple(fc.constantFrom('us', 'gb', 'x y'), scalar), { minLength: 1, maxLength: 3 })
        .map((entries) =>
          map(
            unique(entries).map(([key, t]) => [
              key,
              map(
                [
                  ['t', t],
                  ['n', text(`n${key.length}`)],
                ],
                true,
              ),
            ]),
          ),
        ),
      odd: value,
    },
    { requiredKeys: ['a', 'b', 's', 'list', 'models'], noNullPrototype: true },
  )
  .map((fields) => map(Object.entries(fields)))

function unique(entries: readonly (readonly [string, Node])[]): [string, Node][] {
  return [...new Map(entries)]
}
