import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openGit } from '../git/git.ts'
import { IgnoreLines } from './ignore-lines.ts'

test('rules that somebody writes between two questions count for the second', async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'restage-lines-')))
  onTestFinished(() => rmSync(root, { recursive: true }))
  execFileSync('git', ['init', '-q', root])
  await using lines = new IgnoreLines(await openGit(root))
  const add = (name: string, rank: number): Promise<void> => lines.add([{ target: join(root, name), order: [rank, 0] }])
  await add('a', 0)
  await add('b', 1)
  writeFileSync(join(root, '.gitignore'), '/a\n/b\n*.log\n')
  await add('c.log', 2)
  await add('d', 3)
  expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('/a\n/b\n*.log\n/d\n')
})
