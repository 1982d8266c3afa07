import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../test/rig/temp-folder.ts'
import { openGit, type Git } from './git.ts'

function git(folder: TempFolder, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder.path, ...args], { encoding: 'utf8' })
}

async function openRepository(folder: TempFolder): Promise<Git> {
  git(folder, 'init', '-q')
  return (await openGit(folder.path))!
}

async function ignored(repository: Git, folder: TempFolder, ...paths: readonly string[]): Promise<readonly string[]> {
  const found = await repository.isIgnored(paths.map((path) => `${folder.path}/${path}`))
  return [...found].map((path) => path.slice(folder.path.length + 1))
}

test('there is no git where there is no work tree', async () => {
  using folder = openTempFolder()
  expect(await openGit(folder.path)).toBeUndefined()
})

test('the work tree may start above the project, and keeps its spelling through links', async () => {
  using folder = openTempFolder({ 'repo/a/b/': '' })
  execFileSync('git', ['init', '-q', folder.at('repo')])
  symlinkSync('repo', folder.at('link'))
  expect(await openGit(folder.at('repo/a/b'))).toMatchObject({
    top: folder.at('repo'),
    gitDir: folder.at('repo/.git'),
    commonDir: folder.at('repo/.git'),
  })
  expect((await openGit(folder.at('link')))?.top).toBe(folder.at('link'))
})

test('a further work tree has a folder of its own in the repository', async () => {
  using folder = openTempFolder({ 'repo/x': '' })
  execFileSync('git', ['init', '-q', folder.at('repo')])
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org']
  git(folder, '-C', 'repo', ...who, 'commit', '-q', '--allow-empty', '-m', 'x')
  git(folder, '-C', 'repo', 'worktree', 'add', '-q', folder.at('other'))
  expect(await openGit(folder.at('other'))).toMatchObject({
    top: folder.at('other'),
    gitDir: folder.at('repo/.git/worktrees/other'),
    commonDir: folder.at('repo/.git'),
  })
})

test('answers by rules, not by what is tracked', async () => {
  using folder = openTempFolder({ '.gitignore': '/a\nd/\n*.log\n!keep.log\n', a: '', 'd/x': '' })
  const repository = await openRepository(folder)
  git(folder, 'add', '-f', 'a', 'd/x')
  expect(await ignored(repository, folder, 'a', 'd/x', 'd/', 'x.log', 'keep.log', 'b', 'new/d/', 'new/d')).toEqual([
    'a',
    'd/x',
    'd/',
    'x.log',
    'new/d/',
  ])
})

test('a folder is ignored by rules about its contents, but not by those that stand inside it', async () => {
  using folder = openTempFolder({ '.gitignore': 'data/*\n', 'data/x': '', 'venv/.gitignore': '*\n', 'venv/x': '' })
  const repository = await openRepository(folder)
  expect(await ignored(repository, folder, 'data/', 'venv/', 'venv/x')).toEqual(['data/', 'venv/x'])
})

test('rules that change are seen by the next question', async () => {
  using folder = openTempFolder({ '.gitignore': '' })
  const repository = await openRepository(folder)
  expect(await ignored(repository, folder, 'a')).toEqual([])
  writeFileSync(folder.at('.gitignore'), '/a\n')
  expect(await ignored(repository, folder, 'a')).toEqual(['a'])
})

test('odd names are names: options, magic, blanks, line ends, paths outside', async () => {
  const names = ['-v', '--stdin', ':(glob)*', ':!x', 'a b', 'é😀', 'line\nend', '"q"']
  using folder = openTempFolder({ '.gitignore': '*\n' })
  const repository = await openRepository(folder)
  expect(await ignored(repository, folder, ...names, '../outside')).toEqual(names)
  expect(await repository.isIgnored(['/etc/passwd', `${folder.path}x/a`])).toEqual(new Set())
})

test('a path beyond a link is judged by the link, and the paths after it are answered', async () => {
  using folder = openTempFolder({ '.gitignore': '/lnk\n/z\n', 'real/x': '' })
  symlinkSync('real', folder.at('lnk'))
  symlinkSync('real', folder.at('free'))
  const repository = await openRepository(folder)
  expect(await ignored(repository, folder, 'lnk/x', 'free/x', 'z', 'lnk/', 'free/')).toEqual(['lnk/x', 'z', 'lnk/'])
})

test('one check answers many questions at once, in turn', async () => {
  using folder = openTempFolder({ '.gitignore': '*.log\n' })
  const repository = await openRepository(folder)
  await using check = repository.openIgnoreCheck()
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => check.isIgnored([folder.at(`${i}.log`), folder.at(`${i}.txt`)])),
  )
  expect(answers.map((answer) => [...answer])).toEqual(answers.map((_, i) => [folder.at(`${i}.log`)]))
})

test('knows tracked files and the folders above them', async () => {
  using folder = openTempFolder({ 'd/e/x': '', y: '' })
  const repository = await openRepository(folder)
  git(folder, 'add', 'd')
  const asked = ['d', 'd/e', 'd/e/x', 'y', 'd/e/x/z', '../d'].map((path) => folder.at(path))
  expect(await repository.isTracked(asked)).toEqual(new Set(['d', 'd/e', 'd/e/x'].map((path) => folder.at(path))))
})

test('stages files, odd names too, and passes over ignored ones', async () => {
  using folder = openTempFolder({ '.gitignore': 'ignored\n', '-A': '', '*': '', ignored: '', 'other.txt': '' })
  const repository = await openRepository(folder)
  await repository.add(['-A', '*', 'ignored', '../outside'].map((path) => folder.at(path)))
  expect(git(folder, 'ls-files', '-z').split('\0')).toEqual(['*', '-A', ''])
})

test('nothing that a repository configures is executed', async () => {
  using folder = openTempFolder({ 'd/x': '' })
  const repository = await openRepository(folder)
  const script = folder.at('evil.sh')
  writeFileSync(script, `#!/bin/sh\ntouch "${folder.at('pwned')}"\n`, { mode: 0o755 })
  git(folder, 'config', 'core.fsmonitor', script)
  git(folder, 'config', 'core.hooksPath', folder.path)
  writeFileSync(folder.at('post-index-change'), `#!/bin/sh\ntouch "${folder.at('pwned')}"\n`, { mode: 0o755 })
  await repository.isIgnored([folder.at('d/')])
  await repository.add([folder.at('d/x')])
  await repository.isTracked([folder.at('d/x')])
  expect(existsSync(folder.at('pwned'))).toBe(false)
})
