import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../test/rig/temp-folder.ts'
import { relativeTo } from '../base/paths.ts'
import { openGit, type Git } from '../git/git.ts'
import { openIgnoreRules } from './ignore/ignore-rules.ts'
import { walkProject } from './walk-project.ts'

async function visited(folder: TempFolder, outs: Readonly<Record<string, string>> = {}, git?: Git): Promise<string[]> {
  const files: string[] = []
  await using gitIgnore = git?.openIgnoreCheck()
  await walkProject({
    root: folder.path,
    ignore: openIgnoreRules(folder.path),
    gitIgnore,
    load: async (file) => {
      const name = relativeTo(folder.path, file)
      files.push(name)
      return outs[name] === undefined ? [] : [folder.at(outs[name])]
    },
  })
  return files
}

test('a folder comes before its subfolders, names go by code point', async () => {
  using folder = openTempFolder({
    'b/dvc.yaml': '',
    'a/x.dvc': '',
    'a/dvc.yaml': '',
    'z.dvc': '',
    'Z.dvc': '',
    'dvc.yaml': '',
  })
  expect(await visited(folder)).toEqual(['Z.dvc', 'dvc.yaml', 'z.dvc', 'a/dvc.yaml', 'a/x.dvc', 'b/dvc.yaml'])
})

test('other names are no stage files', async () => {
  using folder = openTempFolder({ 'dvc.yml': '', Dvcfile: '', 'x.dvc.bak': '', 'dvc.lock': '' })
  expect(await visited(folder)).toEqual([])
})

test('ignored folders and files, subprojects and links to folders are left out', async () => {
  using folder = openTempFolder({
    '.dvcignore': 'skip\nno.dvc',
    '.dvc/x.dvc': '',
    'skip/dvc.yaml': '',
    'no.dvc': '',
    'sub/.dvc/config': '',
    'sub/dvc.yaml': '',
    'real/dvc.yaml': '',
  })
  symlinkSync('real', folder.at('link'))
  symlinkSync('real', folder.at('link.dvc'))
  expect(await visited(folder)).toEqual(['real/dvc.yaml'])
})

test('a link to a stage file is a stage file of its folder', async () => {
  using folder = openTempFolder({ 'real.yaml': '' })
  symlinkSync('real.yaml', folder.at('dvc.yaml'))
  expect(await visited(folder)).toEqual(['dvc.yaml'])
})

test('folders that are outs found so far are not entered', async () => {
  using folder = openTempFolder({
    'dvc.yaml': '',
    'out/dvc.yaml': '',
    'b/x.dvc': '',
    'c/dvc.yaml': '',
    'a/dvc.yaml': '',
  })
  expect(await visited(folder, { 'dvc.yaml': 'out', 'b/x.dvc': 'a' })).toEqual([
    'dvc.yaml',
    'a/dvc.yaml',
    'b/x.dvc',
    'c/dvc.yaml',
  ])
})

test('what git ignores is left out', async () => {
  using folder = openTempFolder({
    '.gitignore': 'venv/\ndata/*\n!data/kept\n/one.dvc',
    'venv/dvc.yaml': '',
    'data/kept/dvc.yaml': '',
    'one.dvc': '',
    'two.dvc': '',
    'own/.gitignore': '*',
    'own/dvc.yaml': '',
  })
  execFileSync('git', ['init', '-q', folder.path])
  expect(await visited(folder, {}, await openGit(folder.path))).toEqual(['two.dvc'])
})
