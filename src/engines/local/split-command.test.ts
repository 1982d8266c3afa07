import { expect, test } from 'vitest'
import { splitCommand } from './split-command.ts'

test.each([
  ['one line', 'echo a', ['echo a']],
  ['lines', 'echo a\necho b', ['echo a', 'echo b']],
  ['a line end at the very end adds nothing', 'echo a\n', ['echo a']],
  ['a blank line is an empty command', 'echo a\n\necho b\n\n', ['echo a', '', 'echo b', '']],
  ['CRLF is one line end', 'echo a\r\necho b\r\n', ['echo a', 'echo b']],
  ['a form feed ends a line', 'echo a\fecho b', ['echo a', 'echo b']],
  ['U+2028 ends a line', 'a\u2028b', ['a', 'b']],
  ['a unit separator does not', 'a\u001fb', ['a\u001fb']],
  ['list items stay whole', ['if true\nthen echo\nfi', 'b'], ['if true\nthen echo\nfi', 'b']],
  ['nothing', '', []],
])('splits as DVC: %s', (_, cmd, expected) => {
  expect(splitCommand(cmd)).toEqual(expected)
})
