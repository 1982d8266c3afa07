import { describe, expect, test } from 'vitest'
import { openTempFolder } from '../../../test/rig/temp-folder.ts'
import { openIgnoreRules } from './ignore-rules.ts'

// A path that ends in a slash is a folder. Expectations come from DVC 3.67.1.
describe('patterns', () => {
  test.each<readonly [patterns: string, ignored: readonly string[], kept: readonly string[]]>([
    ['a', ['a', 'a/', 'x/a', 'x/a/b'], ['ab', 'x']],
    ['/a', ['a', 'a/b'], ['x/a']],
    ['a/b', ['a/b', 'a/b/c'], ['x/a/b', 'a']],
    ['a/', ['a/', 'a/b', 'x/a/'], ['a']],
    ['**/a', ['a', 'x/y/a'], ['b']],
    ['a/**/b', ['a/b', 'a/x/y/b'], ['b', 'a']],
    ['a/**', ['a/b', 'a/b/c', 'a/'], ['a']],
    ['*', ['a', 'a/b', '.hidden'], []],
    ['*/', [], ['a/', 'a/b']],
    ['*.txt', ['a.txt', 'x/.txt', 'a.txt/b'], ['a.txt.gz']],
    ['a?c', ['abc'], ['a/c', 'ac']],
    ['[a-c]x\n[!a-c]y', ['bx', 'dy'], ['dx', 'by']],
    ['[^a]x', ['bx'], ['ax']],
    ['[]x]y', [']y', 'xy'], ['ay']],
    ['a[', [], ['a[', 'a']],
    ['\\#a\n\\!b\n#c', ['#a', '!b'], ['#c', 'c']],
    ['  a\t\n\n', ['a'], []],
    ['*.txt\n!keep.txt', ['a.txt'], ['keep.txt', 'x/keep.txt']],
    ['*.txt\n!d', ['a.txt'], ['d/a.txt']],
    ['*.txt\n!d/', ['d/a.txt'], ['d/']],
    ['/', [], ['a', 'a/']],
    ['!.git\n!.git/', [], ['.git/', '.git/config']],
  ])('%j', (patterns, ignored, kept) => {
    using folder = openTempFolder({ '.dvcignore': patterns })
    const rules = openIgnoreRules(folder.path)
    const isIgnored = (path: string): boolean => rules.isIgnored(folder.at(path.replace(/\/$/, '')), path.endsWith('/'))
    expect(ignored.filter((path) => !isIgnored(path))).toEqual([])
    expect(kept.filter(isIgnored)).toEqual([])
    expect(rules.problems).toEqual([])
  })
})

test('git, Mercurial and DVC folders are ignored without being named', () => {
  using folder = openTempFolder()
  const rules = openIgnoreRules(folder.path)
  expect(['.git', '.hg', '.dvc', 'a/.git'].map((path) => rules.isIgnored(folder.at(path), true))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(rules.isIgnored(folder.at('.hg'), false)).toBe(false)
  expect(rules.isIgnored(folder.path, true)).toBe(false)
  expect(rules.isIgnored('/elsewhere/.git', true)).toBe(false)
})

test('a deeper file adds to the rules above it and wins', () => {
  using folder = openTempFolder({ '.dvcignore': '*.txt', 'sub/.dvcignore': '!keep.txt\n/own', 'sub/x/own': '' })
  const rules = openIgnoreRules(folder.path)
  expect(rules.isIgnored(folder.at('keep.txt'), false)).toBe(true)
  expect(rules.isIgnored(folder.at('sub/x/keep.txt'), false)).toBe(false)
  expect(rules.isIgnored(folder.at('sub/own'), false)).toBe(true)
  expect(rules.isIgnored(folder.at('sub/x/own'), false)).toBe(false)
})

test('a .dvcignore that is ignored itself is not read', () => {
  using folder = openTempFolder({ '.dvcignore': 'sub/.dvcignore', 'sub/.dvcignore': '*' })
  expect(openIgnoreRules(folder.path).isIgnored(folder.at('sub/a'), false)).toBe(false)
})

test('a folder with a .dvc entry is a project of its own', () => {
  using folder = openTempFolder({ 'sub/.dvc/config': '', 'file/.dvc': '' })
  const rules = openIgnoreRules(folder.path)
  expect(rules.isIgnored(folder.at('sub'), true)).toBe(true)
  expect(rules.isIgnored(folder.at('file/deep/a'), false)).toBe(true)
})

test('explains by which line of which file a path is ignored', () => {
  using folder = openTempFolder({ 'sub/.dvcignore': '# c\n*.tmp', 'sub/a.tmp': '' })
  const rules = openIgnoreRules(folder.path)
  expect(rules.explain(folder.at('sub/a.tmp'))).toBe('sub/.dvcignore:2:*.tmp')
  expect(rules.explain(folder.at('sub/a'))).toBeUndefined()
  expect(rules.explain(folder.at('sub/a.tmp/below'))).toBe('sub/.dvcignore:2:*.tmp')
})

test('a pattern that DVC fails on is a problem and costs only its line', () => {
  using folder = openTempFolder({ '.dvcignore': 'ok\na\\\n!\n[z-a]\n' })
  const rules = openIgnoreRules(folder.path)
  expect(rules.isIgnored(folder.at('ok'), false)).toBe(true)
  expect(rules.problems.map((problem) => [problem.code, problem.at?.line])).toEqual([
    ['IGNORE_PATTERN_INVALID', 2],
    ['IGNORE_PATTERN_INVALID', 3],
    ['IGNORE_PATTERN_INVALID', 4],
  ])
})

test('an ignore file that is no text is a problem', () => {
  using folder = openTempFolder({ '.dvcignore': new Uint8Array([0xff, 0xfe]) })
  const rules = openIgnoreRules(folder.path)
  expect(rules.isIgnored(folder.at('a'), false)).toBe(false)
  expect(rules.problems.map((problem) => problem.code)).toEqual(['IGNORE_FILE_UNREADABLE'])
})

test('a path may have thousands of parts', { timeout: 60_000 }, () => {
  using folder = openTempFolder()
  expect(openIgnoreRules(folder.at('.')).isIgnored(folder.at('d/'.repeat(2500) + 'd'), false)).toBe(false)
})
