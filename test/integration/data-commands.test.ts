import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject, type Rig } from '../rig/open-rig.ts'

const stages = {
  folder: { cmd: 'mkdir -p d && echo 1 > d/one && echo 2 > d/two', outs: ['d'] },
  copy: { cmd: 'cp d/one copy.txt', deps: ['d/one'], outs: ['copy.txt'] },
}

async function openDone(): Promise<Rig> {
  const rig = await openProject(async (root) => {
    await mkdir(join(root, '.dvc'))
    await writeFile(join(root, '.dvc/config'), '')
    await writeFile(join(root, 'dvc.yaml'), JSON.stringify({ stages }))
  })
  expect((await rig.cli(['run']).result).exitCode).toBe(0)
  return rig
}

function read(rig: Rig, path: string): Promise<string> {
  return readFile(join(rig.root, path), 'utf8')
}

test('checkout leaves an output alone of which nothing is recorded', async () => {
  await using rig = await openDone()
  const more = { ...stages, later: { cmd: 'echo > later.txt', outs: ['later.txt'] } }
  await rig.change({
    write: { 'dvc.yaml': JSON.stringify({ stages: more }), 'later.txt': 'mine\n' },
    remove: ['copy.txt'],
  })
  for (const args of [['checkout'], ['checkout', '--force']]) {
    const { exitCode, stderr } = await rig.cli(args).result
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('NOTHING_RECORDED') })
  }
  expect(await read(rig, 'later.txt')).toBe('mine\n')
  expect(await read(rig, 'copy.txt')).toBe('1\n')
  expect((await rig.cli(['checkout', '--allow-missing']).result).exitCode).toBe(0)
})

test('checkout touches nothing if a file would be lost, and names all such files', async () => {
  await using rig = await openDone()
  await rig.change({ write: { 'd/one': 'edited\n', 'copy.txt': 'edited\n' }, remove: ['d/two'] })
  const { exitCode, stdout } = await rig.cli(['checkout', '--json']).result
  const { problems } = JSON.parse(stdout) as { problems: { code: string; message: string }[] }
  expect(exitCode).toBe(255)
  expect(problems.map(({ code }) => code)).toEqual(['UNSAVED_FILES', 'UNSAVED_FILES'])
  expect(problems.map(({ message }) => message).join()).toMatch(/d\/one.*copy\.txt/)
  expect(existsSync(join(rig.root, 'd/two'))).toBe(false)
})

test('checkout tells in JSON what it changed, by paths from the root', async () => {
  await using rig = await openDone()
  await rig.change({ remove: ['copy.txt', 'd/two'] })
  const { stdout } = await rig.cli(['checkout', '--json', '../copy.txt', '../d/two'], { cwd: '.dvc' }).result
  expect(JSON.parse(stdout)).toEqual({ added: ['copy.txt'], modified: ['d'], failed: [], problems: [] })
})

test('data that is not in the cache is an error, or none with --allow-missing', async () => {
  await using rig = await openDone()
  await rig.change({ remove: ['copy.txt', '.dvc/cache/files'] })
  const strict = await rig.cli(['checkout', 'copy.txt']).result
  expect(strict).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('OBJECTS_MISSING') })
  expect((await rig.cli(['checkout', '--allow-missing', 'copy.txt']).result).exitCode).toBe(0)
})

test('commit records nothing if one stage has changed and nobody confirms it', async () => {
  await using rig = await openDone()
  const before = await read(rig, 'dvc.lock')
  await rig.change({ write: { 'd/one': 'edited\n' } })
  const { exitCode, stderr } = await rig.cli(['commit']).result
  expect(exitCode).toBe(255)
  expect(stderr).toContain('COMMIT_NOT_CONFIRMED')
  expect(stderr).toContain('d/one')
  expect(await read(rig, 'dvc.lock')).toBe(before)
})

test('commit of a path inside an output records and stores the whole output', async () => {
  await using rig = await openDone()
  await rig.change({ write: { 'd/one': 'edited\n', 'd/two': 'edited too\n' } })
  const { exitCode, stdout } = await rig.cli(['commit', '-f', '--json', 'd/one']).result
  expect({ exitCode, ...(JSON.parse(stdout) as object) }).toEqual({
    exitCode: 0,
    recorded: ['folder'],
    changedFiles: ['dvc.lock'],
    problems: [],
  })
  await rm(join(rig.root, 'd'), { recursive: true })
  await rig.cli(['checkout', 'd']).result
  expect(await read(rig, 'd/two')).toBe('edited too\n')
})

test('stages --json has the documented fields', async () => {
  await using rig = await openDone()
  const { stdout } = await rig.cli(['stages', '--json', 'copy']).result
  expect(JSON.parse(stdout)).toEqual({
    stages: [
      {
        address: 'copy',
        file: 'dvc.yaml',
        name: 'copy',
        cmd: 'cp d/one copy.txt',
        wdir: '.',
        deps: ['d/one'],
        outs: [{ path: 'copy.txt', cache: true, persist: false, metric: false, plot: false, push: true }],
        params: {},
        frozen: false,
        alwaysChanged: false,
      },
    ],
    problems: [],
  })
})
