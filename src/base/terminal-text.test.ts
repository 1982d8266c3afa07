import { expect, test } from 'vitest'
import { columnsOf, cutColumns, neutralizeLine, padColumns, showControls } from './terminal-text.ts'

test.each([
  ['plain', 'plain'],
  ['two\nlines\tand\r', 'two\\nlines\\tand\\r'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['a\u009bb', 'a\\x9bb'],
  ['left\u202eright', 'left\\u202eright'],
  ['größe 漢字', 'größe 漢字'],
])('names show their control characters: %j', (text, shown) => {
  expect(showControls(text)).toBe(shown)
})

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b[2Aup\u001b[2K', 'up'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['\u001bPdevice\u001b\\text', 'text'],
  ['\u001bcreset', 'reset'],
  ['bell\u0007 null\u0000 tab\tstays', 'bell null tab\tstays'],
  ['10%\r50%\r100%', '100%'],
  ['windows\r', 'windows'],
  ['never closed \u001b]0;title', 'never closed '],
  ['\u009b31mred', 'red'],
])('output of commands cannot drive the terminal: %j', (line, text) => {
  expect(neutralizeLine(line, false)).toBe(text)
})

test('colours may stay and end with the line', () => {
  expect(neutralizeLine('\u001b[31mred\u001b[2A', true)).toBe('\u001b[31mred\u001b[0m')
  expect(neutralizeLine('plain', true)).toBe('plain')
})

test('wide letters count two columns', () => {
  expect(columnsOf('ab漢é')).toBe(5)
  expect(padColumns('漢', 4)).toBe('漢  ')
  expect(cutColumns('漢字漢字', 5)).toBe('漢字…')
  expect(cutColumns('short', 5)).toBe('short')
})
