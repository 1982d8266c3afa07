import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SecretMask } from './secret-mask.ts'

test.each([
  ['as it is', 'key=hunter2hunter2!', 'key=***'],
  ['in JSON', JSON.stringify({ key: 'a"b\\c\nd' }), '{"key":"***"}'],
  ['in a URL', `?key=${encodeURIComponent('p@ss word/1')}&x`, '?key=***&x'],
  ['in a form', '?key=p%40ss+word%2F1', '?key=***'],
  ['a line of it', '  second-line-of-it', '  ***'],
])('a secret is masked %s', (_, text, masked) => {
  const mask = new SecretMask(['hunter2hunter2!', 'a"b\\c\nd', 'p@ss word/1', 'first-line-of-it\nsecond-line-of-it\n}'])
  expect(mask.text(text)).toBe(masked)
})

test.each([0, 1, 2])('a secret is masked in base64 after %d other bytes', (before) => {
  const encoded = Buffer.from(`${'u'.repeat(before)}correct horse battery`).toString('base64')
  const masked = new SecretMask(['correct horse battery']).text(encoded)
  expect(masked).toContain('***')
  expect(Buffer.from(masked.replace('***', ''), 'base64').toString('latin1')).not.toContain('orse')
})

test('a secret is masked wherever the bytes are cut, and all else comes through as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('tok', 'token-1', 'token-2', 'oken-', 't', 'ö', '\n', 'n-22token'), { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, sizes) => {
        const text = parts.join('')
        const mask = new SecretMask(['token-1', 'token-2', 'token-22'])
        const bytes = Buffer.from(text)
        const out: Buffer[] = []
        for (let from = 0, turn = 0; from < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!
          out.push(mask.write(bytes.subarray(from, from + size)))
          from += size
        }
        out.push(mask.end())
        expect(Buffer.concat(out).toString()).toBe(text.replaceAll(/token-22|token-1|token-2/g, '***'))
      },
    ),
  )
})

test('without secrets nothing changes', () => {
  const mask = new SecretMask([])
  const value = { text: 'a', list: [1, { b: 'c' }] }
  expect(mask.value(value)).toBe(value)
  expect(new SecretMask(['']).text('abc')).toBe('abc')
})

test('values are masked to any depth', () => {
  expect(new SecretMask(['hush-hush']).value({ a: ['x hush-hush'], n: 1, none: undefined })).toEqual({
    a: ['x ***'],
    n: 1,
    none: undefined,
  })
})
