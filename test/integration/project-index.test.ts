import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockTicked } from '../rig/clock-ticked.ts'
import { openTempFolder, type TempFolder } from '../rig/temp-folder.ts'
import { type LoadOptions, loadProject } from '../../src/model/load-project.ts'
import { loadIndexed } from '../../src/model/project-index.ts'

const files = {
  '.dvc/config': '',
  'dvc.yaml': 'stages:\n  a:\n    cmd: echo ${x}\n    deps: [in]\n    outs: [out]\n  b: {cmd: cat out, deps: [out]}\n',
  'params.yaml': 'x: 1\n',
  'dvc.lock': "schema: '2.0'\nstages:\n  a:\n    cmd: echo 1\n",
  'data.dvc': 'outs:\n- path: data\n  md5: 1234567890abcdef1234567890abcdef\n',
  'sub/dvc.yaml': 'vars: [../more.yaml]\nstages:\n  c: {cmd: "echo ${y}"}\n',
  'more.yaml': 'y: 1\n',
  'plain/folder/x.txt': '',
}

// What people and programs do to a project, by turns of the same kind: whatever is done can be undone or done again.
type Edit = (folder: TempFolder) => void
const edits: Readonly<Record<string, Edit>> = {
  'another command of the same length, and the old time': keepingTime('dvc.yaml', (text) => swap(text, 'in', 'io')),
  'a parameter of the same length, and the old time': keepingTime('params.yaml', (text) => swap(text, '1', '2')),
  'a variable in a folder above': rewrite('more.yaml', (text) => swap(text, '1', '3')),
  'an entry of the lock': rewrite('dvc.lock', (text) => swap(text, 'echo 1', 'echo 2')),
  'the lock comes or goes': comeOrGo('dvc.lock', files['dvc.lock']),
  'a lock beside a lower file': comeOrGo('sub/dvc.lock', "schema: '2.0'\nstages:\n  c:\n    cmd: echo\n"),
  'a .dvc file': rewrite('data.dvc', (text) => swap(text, 'abcdef', 'fedcba')),
  'a new .dvc file': comeOrGo('plain/folder/more.dvc', 'outs: [{path: more}]\n'),
  'a dvc.yaml in a new folder': comeOrGo('new/er/dvc.yaml', 'stages: {d: {cmd: echo d}}\n'),
  'a folder has another name': move('sub', 'sub2'),
  'a file is replaced by another one': (folder) => {
    if (!existsSync(folder.at('params.yaml'))) return
    writeFileSync(folder.at('p.tmp'), readFileSync(folder.at('params.yaml'), 'utf8').replace('x', 'z'))
    renameSync(folder.at('p.tmp'), folder.at('params.yaml'))
  },
  'parameters go': comeOrGo('params.yaml', files['params.yaml']),
  'a broken file': rewrite('dvc.yaml', (text) => swap(text, 'stages:', 'stages: [')),
  '.dvcignore hides a folder': comeOrGo('.dvcignore', 'sub/\nout/\n'),
  '.dvcignore hides something else': rewrite('.dvcignore', (text) => swap(text, 'sub/', 'new/')),
  '.dvcignore deeper down': comeOrGo('plain/.dvcignore', '*.dvc\n'),
  'the out is a folder': comeOrGo('out/x', ''),
  'a subproject': comeOrGo('sub/.dvc/config', ''),
  '.gitignore': comeOrGo('.gitignore', '/new\n/sub\n'),
  'rules of git that are not in the project': rewrite('.git/info/exclude', (text) => swap(text, '#', '/sub\n#')),
  'no git': (folder) => rmSync(folder.at('.git'), { recursive: true, force: true }),
  'git again': (folder) => execFileSync('git', ['init', '-q', folder.path]),
  'settings: no git': comeOrGo('.dvc/config.local', '[core]\n    no_scm = true\n'),
  'settings of the user': comeOrGo('home/.config/dvc/config', '[remote "r"]\n    url = /tmp/r\n'),
  'settings that are wrong': rewrite('.dvc/config', (text) => (text === '' ? '[core]\n    remote = r\n' : '')),
  'a folder behind a link': (folder) => {
    if (!existsSync(folder.at('link'))) symlinkSync('plain', folder.at('link'))
  },
  'a folder that cannot be read': (folder) => chmodSync(folder.at('plain/folder'), 0o000),
  'a folder that can be read again': (folder) => chmodSync(folder.at('plain/folder'), 0o755),
  'other files': comeOrGo('notes.txt', 'x'),
  nothing: () => undefined,
}

test('whatever was done to a project, it reads the same with the index as without', async () => {
  const names = Object.keys(edits)
  let taken = 0
  let asked = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }), async (history) => {
      using folder = openTempFolder(files)
      const options = openProject(folder)
      for (const name of ['nothing', ...history]) {
        edits[name]!(folder)
        await clockTicked(folder.path)
        const { project } = valueOf(await loadIndexed(options))
        expect({ name, project }).toEqual({ name, project: valueOf(await loadProject(options)) })
        const before = indexOf(folder)
        expect({ name, project: valueOf(await loadIndexed(options)).project }).toEqual({ name, project })
        asked++
        if (before !== undefined && indexOf(folder) === before) taken++
      }
    }),
    { numRuns: 25 },
  )
  // Without git a new repository could appear in any folder above, and those change all the time.
  expect(taken).toBeGreaterThan(asked / 2)
}, 300_000)

test('an unchanged project is taken from the index', async () => {
  using folder = openTempFolder(files)
  const options = openProject(folder)
  await clockTicked(folder.path)
  await loadIndexed(options)
  const kept = indexOf(folder)
  await loadIndexed(options)
  expect(kept).toBeDefined()
  expect(indexOf(folder)).toBe(kept)
  appendFileSync(folder.at('params.yaml'), 'y: 1\n')
  await clockTicked(folder.path)
  await loadIndexed(options)
  expect(indexOf(folder)).not.toBe(kept)
})

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ['with one wrong byte', (bytes: Buffer) => bytes.fill(0x21, bytes.length - 900, bytes.length - 899)],
  ['empty', () => Buffer.alloc(0)],
])('an index that is %s is made again', async (_, damage) => {
  using folder = openTempFolder(files)
  const options = openProject(folder)
  await clockTicked(folder.path)
  const { project } = valueOf(await loadIndexed(options))
  writeFileSync(folder.at(index), damage(readFileSync(folder.at(index))))
  const damaged = indexOf(folder)
  expect(valueOf(await loadIndexed(options)).project).toEqual(project)
  expect(indexOf(folder)).not.toBe(damaged)
})

test('a file that was written a moment ago is not relied upon', async () => {
  using folder = openTempFolder(files)
  const options = openProject(folder)
  await clockTicked(folder.path)
  writeFileSync(folder.at('params.yaml'), 'x: 2\n')
  await loadIndexed(options)
  expect(indexOf(folder)).toBeUndefined()
})

const index = '.restage/cache/project'

// Another file each time it is written.
function indexOf(folder: TempFolder): number | undefined {
  return statSync(folder.at(index), { throwIfNoEntry: false })?.ino
}

function openProject(folder: TempFolder): LoadOptions {
  execFileSync('git', ['init', '-q', folder.path])
  mkdirSync(folder.at('.restage'))
  return { root: folder.path, env: { HOME: folder.at('home') } }
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('The project cannot be read')
  return result.value
}

function swap(text: string, a: string, b: string): string {
  return text.includes(a) ? text.replace(a, b) : text.replace(b, a)
}

function rewrite(path: string, change: (text: string) => string): Edit {
  return (folder) => {
    if (existsSync(folder.at(path))) writeFileSync(folder.at(path), change(readFileSync(folder.at(path), 'utf8')))
  }
}

function keepingTime(path: string, change: (text: string) => string): Edit {
  return (folder) => {
    if (!existsSync(folder.at(path))) return
    const { atime, mtime } = statSync(folder.at(path))
    rewrite(path, change)(folder)
    utimesSync(folder.at(path), atime, mtime)
  }
}

function comeOrGo(path: string, text: string): Edit {
  return (folder) => {
    if (existsSync(folder.at(path))) return rmSync(folder.at(path))
    mkdirSync(dirname(folder.at(path)), { recursive: true })
    writeFileSync(folder.at(path), text)
  }
}

function move(from: string, to: string): Edit {
  return ({ path }) => {
    const [a, b] = existsSync(join(path, from)) ? [from, to] : [to, from]
    if (existsSync(join(path, a)) && !existsSync(join(path, b))) renameSync(join(path, a), join(path, b))
  }
}
