import { expect, test } from 'vitest'
import { findExpressions, isWholeExpression } from './find-expressions.ts'

test.each([
  ['echo ${a} ${b.c}', ['a', 'b.c']],
  ['echo \\${a} ${b}', ['b']],
  ['\\\\${a}', []],
  ['$${a}', ['a']],
  ['${a${b}}', ['a${b']],
  ['${a', []],
  ['${}', ['']],
  ['${a\n} ${b}', ['b']],
  ['${\n${a}', ['a']],
])('%j holds %j', (text, inner) => {
  expect(findExpressions(text).map((expression) => expression.inner)).toEqual(inner)
})

test('only an expression with nothing around it is whole', () => {
  const isWhole = (text: string): boolean => isWholeExpression(text, findExpressions(text))
  expect(['${a}', ' ${a}', '${a}${b}', 'a', '\\${a}'].map(isWhole)).toEqual([true, false, false, false, false])
})

test('a long text of beginnings without an end is read in one go', () => {
  expect(findExpressions('${'.repeat(200_000) + '\n}')).toEqual([])
})
