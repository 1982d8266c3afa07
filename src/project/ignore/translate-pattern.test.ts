import fc from 'fast-check'
import { expect, test } from 'vitest'
import { translatePattern, tryTranslatePattern } from './translate-pattern.ts'

test.each([
  ['.git', '.git'],
  ['*.txt', '.txt'],
  ['!a/model.pkl/', 'model.pkl'],
  ['data/**/[ab]raw', 'data'],
  ['\\#a', ''],
  ['**', ''],
])('what stands as it is in all that %s matches: %j', (pattern, literal) => {
  expect(translatePattern(pattern)?.literal).toBe(literal)
})

test('a path that matches holds the literal of its rule', () => {
  const text = (characters: string): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 8 }).map((all) => all.join(''))
  let matches = 0
  fc.assert(
    fc.property(
      text('aab.*?[]\\/!-^'),
      fc.array(text('aab.]^!-/'), { minLength: 20, maxLength: 20 }),
      (pattern, paths) => {
        const rule = tryTranslatePattern(pattern)
        const found = rule === undefined ? [] : paths.filter((path) => rule.regex.test(path))
        matches += found.length
        return found.every((path) => path.includes(rule!.literal))
      },
    ),
    { numRuns: 2000 },
  )
  expect(matches).toBeGreaterThan(300)
})
