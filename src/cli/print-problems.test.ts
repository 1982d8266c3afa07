import pc from 'picocolors'
import { expect, test } from 'vitest'
import type { Problem } from '../base/problem.ts'
import { formatProblem, printProblems } from './print-problems.ts'

const plain = pc.createColors(false)

function show(problem: Partial<Problem>, line?: string): string {
  return formatProblem({ code: 'STAGE_CYCLE', severity: 'error', message: 'It turns', ...problem }, plain, () => line)
}

test('a problem shows its place, what is meant in the file, and the next step', () => {
  const at = { file: 'train/dvc.yaml', line: 7, column: 12, width: 14 }
  expect(show({ at, hint: 'Cut it' }, '    deps: [data/clean.csv]')).toBe(
    [
      'train/dvc.yaml:7:12  STAGE_CYCLE  It turns',
      '      deps: [data/clean.csv]',
      '             ~~~~~~~~~~~~~~',
      '      hint: Cut it',
      '',
    ].join('\n'),
  )
})

test('a problem of no file is one line', () => {
  expect(show({})).toBe('STAGE_CYCLE  It turns\n')
})

test('warnings say so', () => {
  expect(show({ severity: 'warning' })).toBe('STAGE_CYCLE (warning)  It turns\n')
})

test.each([
  ['past the end of the line', 'ab', { column: 99 }, ['ab', '  ~']],
  ['wider than the line', '  key: value', { column: 3, width: 500 }, ['key: value', '~~~~~~~~~~']],
  ['behind a tab and a colour', '\tk:\u001b[31m x', { column: 10, width: 1 }, ['k:·[31m x', '        ~']],
  [
    'far right',
    `${'a'.repeat(200)}X${'b'.repeat(200)}`,
    { column: 201, width: 1 },
    [`…${'a'.repeat(20)}X${'b'.repeat(79)}…`, `${' '.repeat(21)}~`],
  ],
])('a place %s stays readable', (_, line, range, lines) => {
  const shown = show({ at: { file: 'f', line: 1, ...range } }, line)
    .split('\n')
    .slice(1, 3)
  expect(shown.map((text) => text.slice(6))).toEqual(lines)
})

test('names cannot drive the terminal', () => {
  expect(show({ message: 'stage `\u001b[2J\n`', at: { file: '\u0007f', line: 1, column: 1 } })).toBe(
    '\\x07f:1:1  STAGE_CYCLE  stage `\\x1b[2J\\n`\n',
  )
})

test('a flood of problems is cut, and says so', () => {
  const written: string[] = []
  const output = {
    write: (text: string | Uint8Array) => void written.push(String(text)),
    colors: plain,
    isTerminal: false,
    size: () => ({ columns: 80, rows: 24 }),
  }
  printProblems(
    Array.from({ length: 60 }, () => ({ code: 'X_Y', severity: 'error', message: 'm' })),
    output,
    undefined,
  )
  expect(written).toHaveLength(51)
  expect(written.at(-1)).toBe('… and 10 more problems; `--json` lists all of them\n')
})
