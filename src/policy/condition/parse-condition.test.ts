import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from '../../base/value.ts'
import { type ConditionFault, type ParsedCondition, parseCondition } from './parse-condition.ts'

const metrics = new Map<string, Value>([
  ['auc', 0.91],
  ['epochs', 10n],
  ['name', 'xgb'],
  ['none', null],
  ['folds', [1n, 2.5]],
  ['__proto__', 3n],
])

test.each<[string, boolean | string]>([
  ['metrics["eval.json"].auc > 0.8', true],
  ['metrics["eval.json"].auc > 1', false],
  ['metrics["eval.json"].epochs == 10.0', true],
  ['metrics["eval.json"].auc > params["params.yaml"].least', true],
  ['params["params.yaml"].publish', false],
  ['!params["params.yaml"].publish && metrics["eval.json"].name.startsWith("x")', true],
  ['metrics["eval.json"].folds.exists(f, f > 2)', true],
  ['"loss" in metrics["eval.json"] && metrics["eval.json"].loss < 1.0', false],
  ['metrics["eval.json"].?loss.orValue(0.5) < 1.0', true],
  ['metrics["eval.json"]["__proto__"] == 3', true],
  ['metrics["eval.json"].none == null', true],
  ['metrics["eval.json"].constructor == 1', 'No such key: constructor'],
  ['metrics["eval.json"].loss < 1.0', 'No such key: loss'],
  ['metrics["eval.json"].name > 1', 'no such overload: dyn<string> > int'],
  ['metrics["eval.json"].auc', 'it is `0.91`, neither true nor false'],
  ['metrics["eval.json"]', 'it is `a map`, neither true nor false'],
  ['metrics["other.json"].auc > 1', 'No such key: other.json'],
])('%s', (text, answer) => {
  const files = {
    metrics: new Map([['eval.json', metrics]]),
    params: new Map([
      [
        'params.yaml',
        new Map<string, Value>([
          ['publish', false],
          ['least', 0.9],
        ]),
      ],
    ]),
  }
  expect(condition(text).evaluate(files)).toEqual(answer)
})

test.each([
  ['metrics["a"].b >', 'expected an expression of CEL, found `metrics["a"].b >`: Unexpected token: EOF', undefined],
  ['', 'expected an expression of CEL', undefined],
  ['metric["a"].b > 1', '`metric` is not known here', 'Is `metrics` meant?'],
  ['env.HOME == "x"', '`env` is not known here', 'Known are `params["FILE"]` and `metrics["FILE"]`'],
  ['params.train.lr > 1', '`params` needs the name of a file', 'Such as `params["params.yaml"].key`'],
  ['size(metrics) > 0', '`metrics` needs the name of a file', 'Such as `metrics["metrics.json"].key`'],
  ['metrics[params["a"].b] == 1', '`metrics` needs the name of a file', undefined],
  ['1 + 1', 'expected an expression that is true or false, found one of type `int`', undefined],
  ['"a" > 1', 'the expression cannot be judged: no such overload: string > int', undefined],
  ['run("rm")', "found no matching overload for 'run(string)'", undefined],
  ['has(metrics["a"].b)', 'has() invalid argument', 'To ask for a key, write `"key" in params["FILE"]`'],
])('%s is wrong', (text, detail, hint) => {
  const fault = parseCondition(text) as ConditionFault
  expect(fault.detail).toContain(detail)
  if (hint !== undefined) expect(fault.hint).toBe(hint)
})

test('tells which files and keys it looks into, and which of them it asks for itself', () => {
  const { uses } = condition(
    'params["p.yaml"].a["b"].c > 1 && "x" in metrics["m.json"] && metrics["m.json"].x.y > metrics["m.json"].z[0]',
  )
  expect(uses.map(({ kind, file, keys, text, isAsked }) => [kind, file, keys.join('.'), text, isAsked])).toEqual([
    ['params', 'p.yaml', 'a.b.c', 'params["p.yaml"].a["b"].c', false],
    ['metrics', 'm.json', '', 'metrics["m.json"]', false],
    ['metrics', 'm.json', 'x.y', 'metrics["m.json"].x.y', true],
    ['metrics', 'm.json', 'z', 'metrics["m.json"].z', false],
  ])
})

test('numbers compare as numbers, whole or not', () => {
  const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const { evaluate } = condition('metrics["m"].a < metrics["m"].b')
  fc.assert(
    fc.property(number, number, (a, b) => {
      const values = new Map<string, Value>([
        ['a', toValue(a)],
        ['b', toValue(b)],
      ])
      expect(evaluate({ params: new Map(), metrics: new Map([['m', values]]) })).toBe(a < b)
    }),
  )
})

test('no text is a bug: it is a condition, or there are words for what is wrong, and so it is when it is judged', () => {
  const word = fc.constantFrom(
    ...'params metrics ["a"] .b .?c ( ) [ ] { } , ! - + * / % < >= == && || ? : in true 1 2u 0.5 "(" b"x" has( .map(x, .matches( size( int( timestamp( duration( null'.split(
      ' ',
    ),
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  )
  fc.assert(
    fc.property(text, (written) => {
      const parsed = parseCondition(written)
      if ('detail' in parsed) expect(parsed.hint).not.toBe('')
      else {
        const answer = parsed.evaluate({ params: new Map([['a', metrics]]), metrics: new Map() })
        expect(['boolean', 'string']).toContain(typeof answer)
      }
    }),
    { numRuns: 2000 },
  )
})

function condition(text: string): ParsedCondition {
  const parsed = parseCondition(text)
  if ('detail' in parsed) throw new Error(parsed.detail)
  return parsed
}

function toValue(value: number): Value {
  return Number.isSafeInteger(value) ? BigInt(value) : value
}
