import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { definitionMd5 } from '../../src/project/data-file/definition-md5.ts'
import { readDataFile } from '../../src/project/data-file/read-data-file.ts'
import { putLockEntries } from '../../src/project/lock/put-lock-entries.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { coding, encode } from '../rig/coded-value.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { lastObject } from '../rig/verdicts.ts'

function openFiles(files: Readonly<Record<string, string>>): Promise<Rig> {
  return openProject((root) => {
    mkdirSync(join(root, '.dvc'), { recursive: true })
    for (const [path, text] of Object.entries({ '.dvc/config': '', ...files })) writeFileSync(join(root, path), text)
    return Promise.resolve()
  })
}

const stage = 'stages:\n  s: {cmd: echo 1 > o, outs: [o]}\n'

liveTest('a lock that git ignores is refused, as by DVC', async () => {
  await using rig = await openFiles({ 'dvc.yaml': stage, '.gitignore': '/dvc.lock\n' })
  expect((await rig.forkedDvc(['repro'])).exitCode).not.toBe(0)
  const { stdout, exitCode } = await rig.cli(['run', '--json']).result
  expect(exitCode).toBe(255)
  expect(lastObject(stdout)).toMatchObject({ problems: [{ code: 'LOCK_GIT_IGNORED' }] })
})

liveTest('a command that DVC cannot read back is up to date after us, and DVC agrees', async () => {
  const cmd = `echo ${'a'.repeat(70)}  ${'b'.repeat(40)}  c > o`
  const files = { 'dvc.yaml': `stages:\n  s:\n    cmd: '${cmd}'\n    deps: [in]\n    outs: [o]\n`, in: '1\n' }
  await using theirs = await openFiles(files)
  await using ours = await openFiles(files)
  expect((await theirs.forkedDvc(['repro'])).exitCode).toBe(0)
  expect((await theirs.forkedDvc(['status'])).stdout).toContain('changed command')
  expect((await ours.cli(['run']).result).exitCode).toBe(0)
  expect((await ours.forkedDvc(['status'])).stdout).toContain('up to date')
  expect((await ours.cli(['status']).result).stdout).toContain('up to date')
})

liveTest('floats of other entries stay as they are, where DVC lets their last digits drift', (dvc) => {
  const before =
    "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    params:\n      params.yaml:\n        lr: 2.76835288110867e-05\n        min: 5e-324\n"
  const entry = new Map([['cmd', 'y']])
  const ours = putLockEntries(before, [{ name: 'b', entry, rank: 0 }])
  expect(ours).toBe(`${before}  b:\n    cmd: y\n`)
  const theirs = askDvc<string>(
    dvc,
    `${coding}
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "dvc.lock")
    with open(path, "w") as file: file.write(data["before"])
    with modify_yaml(path) as lock: lock["stages"]["b"] = decode(data["entry"])
    with open(path) as file: result = file.read()`,
    { before, entry: encode(entry) },
  )
  expect(theirs).toBe(ours.replace('2.76835288110867e-05', '2.76835288110866e-05').replace('5e-324', '4e-324'))
})

const imported = (more: string, item: string): string =>
  `${more}frozen: true\ndeps:\n- md5: aab7e3691d8e56dbebe8c22e116a21f4\n  size: 4\n  hash: md5\n  path: /data/ex.txt\nouts:\n- md5: aab7e3691d8e56dbebe8c22e116a21f4\n${item}  hash: md5\n  path: ex.txt\n`

liveTest('imports have the digest that DVC gives them, whatever is said about them', async (dvc) => {
  const texts = [
    ...['', 'wdir: .\n', 'desc: a\n', 'meta: {a: 1}\n', 'md5: aaaa\n', 'always_changed: true\n'].map((top) =>
      imported(top, ''),
    ),
    ...['  size: 5\n', '  isexec: true\n', '  desc: d\n', '  labels: [a]\n', '  meta: {size: 1}\n', '  type: t\n'].map(
      (item) => imported('', item),
    ),
    ...['  cache: false\n', '  persist: true\n', '  push: false\n', '  nfiles: 2\n'].map((item) => imported('', item)),
    imported('', '').replace('/data/ex.txt', './é "q"'),
    imported('', '').replaceAll('  hash: md5\n', ''),
    imported('', '').replace('/data/ex.txt', 'p\n  repo:\n    url: https://example.invalid/r\n    rev_lock: aaaa'),
  ]
  await using rig = await openFiles(
    Object.fromEntries(texts.map((text, index) => [`f${index}.dvc`, text.replaceAll('ex.txt', `ex${index}.txt`)])),
  )
  const theirs = askDvc<readonly string[]>(
    dvc,
    `from dvc.repo import Repo
from dvc.dvcfile import load_file
from dvc.stage.utils import compute_md5
repo = Repo(".")
result = [compute_md5(load_file(repo, name).stage) for name in data]`,
    texts.map((_, index) => `f${index}.dvc`),
    rig.root,
  )
  const ours = texts.map((_, index) => {
    const file = readDataFile(readFileSync(join(rig.root, `f${index}.dvc`), 'utf8'), '.dvc')
    return file.ok ? definitionMd5(file.value.value) : ''
  })
  expect(ours).toEqual(theirs)
  expect(new Set(ours).size).toBeGreaterThan(5)
})

liveTest('imports that are frozen are refused when their data is gone, and told of no further', async () => {
  await using theirs = await openFiles({ src: 'x\n' })
  await using ours = await openFiles({ src: 'x\n' })
  for (const rig of [theirs, ours]) {
    expect((await rig.forkedDvc(['import-url', join(rig.root, 'src'), 'ex'])).exitCode).toBe(0)
    writeFileSync(join(rig.root, 'dvc.yaml'), 'stages:\n  s: {cmd: echo 1 > o, deps: [ex], outs: [o], frozen: true}\n')
  }
  const [{ stdout: said }, { stdout, stderr }] = [await theirs.forkedDvc(['repro']), await ours.cli(['run']).result]
  expect(said).not.toMatch(/ex\.dvc.*frozen/)
  expect(stdout + stderr).not.toMatch(/ex\.dvc.*frozen/)
  for (const rig of [theirs, ours]) await rig.change({ remove: ['ex'] })
  expect((await theirs.forkedDvc(['repro', 'ex.dvc'])).exitCode).not.toBe(0)
  expect((await ours.cli(['run', 'ex.dvc']).result).exitCode).not.toBe(0)
})
