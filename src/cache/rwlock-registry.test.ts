import { expect, test } from 'vitest'
import {
  addClaims,
  dropHolders,
  emptyRegistry,
  findBlockers,
  formatRegistry,
  isSame,
  parseRegistry,
  type RwClaim,
} from './rwlock-registry.ts'

const a = { pid: 1, cmd: 'dvc repro a' }
const b = { pid: 2, cmd: 'dvc repro b' }

function claim(holder: RwClaim['holder'], read: readonly string[], write: readonly string[]): RwClaim {
  return { holder, read, write }
}

test.each([
  ['two readers of a path', [['/r/x'], []], [['/r/x'], []], false],
  ['a reader of what is written', [[], ['/r/x']], [['/r/x'], []], true],
  ['a reader below what is written', [[], ['/r/x']], [['/r/x/y'], []], true],
  ['a reader above what is written', [[], ['/r/x/y']], [['/r/x'], []], true],
  ['a reader beside what is written', [[], ['/r/x']], [['/r/xy'], []], false],
  ['a writer of what is read', [['/r/x'], []], [[], ['/r/x']], true],
  ['a writer below what is read', [['/r/x'], []], [[], ['/r/x/y']], true],
  ['two writers', [[], ['/r/x']], [[], ['/r/x']], true],
] as const)('%s', (_, [firstRead, firstWrite], [read, write], isBlocked) => {
  const registry = addClaims(emptyRegistry, [claim(a, firstRead, firstWrite)])
  expect(findBlockers(registry, claim(b, read, write)).length > 0).toBe(isBlocked)
  expect(findBlockers(registry, claim(a, read, write))).toEqual([])
})

test('a registry survives being written and read', () => {
  const registry = addClaims(emptyRegistry, [claim(a, ['/r/x'], ['/r/y']), claim(b, ['/r/x'], [])])
  expect(parseRegistry(formatRegistry(registry))).toEqual(registry)
  expect(JSON.parse(formatRegistry(registry))).toEqual({ read: { '/r/x': [a, b] }, write: { '/r/y': a } })
})

test('what a holder leaves behind is nothing', () => {
  const registry = addClaims(emptyRegistry, [claim(a, ['/r/x', '/r/z'], ['/r/y'])])
  expect(formatRegistry(dropHolders(registry, (holder) => isSame(holder, a)))).toBe('{}')
})

test.each(['', '{"read": {"/x": [{"pi', 'null'])('a file that a crash left as %j is %#', (text) => {
  expect(parseRegistry(text)).toEqual(text === 'null' ? undefined : 'cut')
})

test.each([
  '[]',
  '{"other": {}}',
  '{"read": {"/x": {"pid": 1, "cmd": "c"}}}',
  '{"write": {"/x": {"pid": 1, "cmd": "c", "host": "h"}}}',
  '{"write": {"/x": {"pid": "1", "cmd": "c"}}}',
])('%s is not of the form DVC accepts', (text) => {
  expect(parseRegistry(text)).toBeUndefined()
})
