import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { directoryObjectText, directoryOid, parseDirectoryObject } from './directory-object.ts'

test('a listing is written in ASCII', () => {
  const entries = ['a-b', 'a/x', '\u007f', '\uff5ex', '\u{1f600}x'].map((relpath) => ({ relpath, oid: '0' }))
  expect(directoryObjectText(entries)).toBe(
    String.raw`[{"md5": "0", "relpath": "a-b"}, {"md5": "0", "relpath": "a/x"}, {"md5": "0", "relpath": "\u007f"}, {"md5": "0", "relpath": "\uff5ex"}, {"md5": "0", "relpath": "\ud83d\ude00x"}]`,
  )
})

test.each([
  [[], 'd751713988987e9331980363e24189ce'],
  [
    [
      { relpath: 'a', oid: '0cc175b9c0f1b6a831c399e269772661' },
      { relpath: 'b', oid: '92eb5ffee6ae2fec3ad71c777531578f' },
    ],
    '5b94ef7ba4840901cc23311660411a1d',
  ],
])('listing %# has the digest that DVC gives it', (entries, digest) => {
  expect(directoryOid(entries)).toBe(`${digest}.dir`)
})

test('a listing can be read back', () => {
  const entries = [
    { relpath: 'a/é\n', oid: '1' },
    { relpath: 'b', oid: '2' },
  ]
  expect(parseDirectoryObject(directoryObjectText(entries), 'x.dir')).toEqual({ ok: true, value: entries })
})

test.each(['', '{}', '[1]', '[{"md5": "1"}]', '[{"relpath": 1, "md5": "1"}]', '[{"relpath": "../a", "md5": "1"}]'])(
  '%s is no listing',
  (text) => {
    expect(parseDirectoryObject(text, 'x.dir')).toMatchObject({
      ok: false,
      problems: [{ code: 'DIRECTORY_OBJECT_INVALID' }],
    })
  },
)

test.each(['/etc/passwd', 'a/../../b', 'a//b', './a', 'a\0b', ''])('a listing that names %j is refused', (relpath) => {
  const text = JSON.stringify([{ md5: '1', relpath }])
  expect(parseDirectoryObject(text, 'x.dir').ok).toBe(false)
})

test('a long listing, told in pieces, is one text', () => {
  const entries = Array.from({ length: 2001 }, (_, index) => ({ relpath: String(10_000 + index), oid: '0' }))
  const parsed = JSON.parse(directoryObjectText(entries)) as unknown[]
  expect([parsed.length, parsed[2000]]).toEqual([2001, { md5: '0', relpath: '12000' }])
  const text = directoryObjectText(entries)
  expect(directoryOid(entries)).toBe(`${createHash('md5').update(text).digest('hex')}.dir`)
})
