import { expect, test } from 'vitest'
import { pythonRightStrip, pythonSplitLines, pythonStrip, textFileLines } from './python-text.ts'

test('strips what Python takes for white space and nothing else', () => {
  expect(pythonStrip('\x1c\x85\u3000 a b\t\n')).toBe('a b')
  expect(pythonStrip('\ufeffa')).toBe('\ufeffa')
  expect(pythonStrip(' \n ')).toBe('')
  expect(pythonRightStrip(' a ')).toBe(' a')
})

test('splits lines as str.splitlines does', () => {
  expect(pythonSplitLines('a\r\nb\fc\x85\nd\n')).toEqual(['a', 'b', 'c', '', 'd'])
  expect(pythonSplitLines('')).toEqual([])
})

test('splits lines as text files do', () => {
  expect(textFileLines('a\r\nb\fc\rd\n')).toEqual(['a', 'b\fc', 'd'])
})
