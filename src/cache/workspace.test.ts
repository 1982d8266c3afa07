import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DvcConfig, LinkType } from '../project/dvc-config.ts'
import { openIgnoreRules } from '../project/ignore/ignore-rules.ts'
import type { ItemRecord } from '../project/record.ts'
import type { PathHash } from './hashing.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

let folder = ''
let root = ''

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'restage-workspace-')))
  root = join(folder, 'project')
  mkdirSync(root)
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('an object that is not what its name says is deleted and counts as missing', async () => {
  const workspace = await open()
  const hash = await commit(workspace, put('x', 'good'))
  const object = workspace.store('md5').pathOf(hash.oid)
  expect(await workspace.isCached('md5', hash.oid)).toBe(true)
  chmodSync(object, 0o644)
  writeFileSync(object, 'evil')
  expect([await workspace.isCached('md5', hash.oid), existsSync(object)]).toEqual([false, false])
})

test('a good object that somebody else put there is made read-only', async () => {
  const workspace = await open()
  const hash = await commit(workspace, put('x', 'good'))
  const object = workspace.store('md5').pathOf(hash.oid)
  chmodSync(object, 0o600)
  expect(await workspace.isCached('md5', hash.oid)).toBe(true)
  expect(statSync(object).mode & 0o777).toBe(0o444)
})

test.each(['../../../etc/passwd', 'ab', '', 'ab/cd', '.dir'])('%j names no object', async (oid) => {
  const workspace = await open()
  expect(await workspace.isCached('md5', oid)).toBe(false)
  expect(await workspace.checkoutOut(join(root, 'x'), item(oid))).toMatchObject({
    ok: false,
    problems: [{ code: 'NOTHING_RECORDED' }],
  })
})

test.each<[LinkType]>([['copy'], ['hardlink']])(
  'what changed after it was hashed is not stored under the old hash (%s)',
  async (type) => {
    const workspace = await open([type])
    const path = put('x', 'old')
    const hash = await hashOf(workspace, path)
    writeFileSync(path, 'new')
    expect(await workspace.storeOut({ target: path, cache: true }, hash)).toMatchObject({
      ok: false,
      problems: [{ code: 'CHANGED_WHILE_STORED' }],
    })
    expect(filesBelow(join(root, '.dvc'))).toEqual([])
  },
)

test('a cache that was removed meanwhile is made anew', async () => {
  const workspace = await open()
  await commit(workspace, put('x', 'data'))
  rmSync(join(root, '.dvc/cache'), { recursive: true })
  const hash = await commit(workspace, put('y', 'data'))
  expect(readFileSync(workspace.store('md5').pathOf(hash.oid), 'utf8')).toBe('data')
})

test('a directory listing is not stored when a member cannot be', async () => {
  const workspace = await open()
  put('d/a', '1')
  put('d/b', '2')
  const hash = await hashOf(workspace, join(root, 'd'))
  rmSync(join(root, 'd/b'))
  expect((await workspace.storeOut({ target: join(root, 'd'), cache: true }, hash)).ok).toBe(false)
  expect(existsSync(workspace.store('md5').pathOf(hash.oid))).toBe(false)
  expect(filesBelow(join(root, '.dvc'))).toHaveLength(1)
})

test('equal files of many outs are stored at the same time as one object', async () => {
  const workspace = await open(['hardlink'])
  const paths = Array.from({ length: 8 }, (_, index) => put(`x${index}`, 'y'.repeat(2 ** 21)))
  const hashes = await Promise.all(paths.map((path) => commit(workspace, path)))
  expect(new Set(hashes.map(({ oid }) => oid)).size).toBe(1)
  expect(filesBelow(join(root, '.dvc'))).toHaveLength(1)
  expect(paths.map((path) => statSync(path).nlink)).toEqual(paths.map(() => 9))
})

test('with hard links, what a link leads to does not become part of the cache', async () => {
  const workspace = await open(['hardlink'])
  const source = put('source', 'mine')
  symlinkSync('source', join(root, 'out'))
  await commit(workspace, join(root, 'out'))
  expect([statSync(source).nlink, statSync(source).mode & 0o777]).toEqual([1, 0o666 & ~process.umask()])
  expect([lstatSync(join(root, 'out')).isFile(), statSync(join(root, 'out')).nlink]).toEqual([true, 2])
})

test('link types that do not work here are passed over, and none at all is a problem', async () => {
  const cacheDir = '/dev/shm/restage-test-cache'
  if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(folder).dev) return
  try {
    const fallingBack = await open(['hardlink', 'symlink'], cacheDir)
    await commit(fallingBack, put('x', 'data'))
    expect(lstatSync(join(root, 'x')).isSymbolicLink()).toBe(true)
    const stuck = await open(['hardlink'], cacheDir)
    const path = put('y', 'other')
    expect(await stuck.commitOut({ target: path, cache: true }, await hashOf(stuck, path))).toMatchObject({
      problems: [{ code: 'LINK_IMPOSSIBLE' }],
    })
    expect(readFileSync(path, 'utf8')).toBe('other')
  } finally {
    rmSync(cacheDir, { recursive: true, force: true })
  }
})

test.each([10, 1000, 1_000_000])('of %i objects it is told which are there', async (count) => {
  const workspace = await open()
  const names = Array.from({ length: 40 }, (_, index) => `x${index}`)
  const oids = await Promise.all(names.map(async (name) => (await commit(workspace, put(name, name))).oid))
  const store = workspace.store('md5')
  for (const oid of oids.slice(0, 20)) rmSync(store.pathOf(oid))
  const isThere = store.presence(count)
  expect(oids.map(isThere)).toEqual(oids.map((_, index) => index >= 20))
  expect(['0'.repeat(32), `${oids[20]}.dir`, '../etc', ''].map(isThere)).toEqual([false, false, false, false])
})

test('checking out replaces nothing that is not saved, and tells what', async () => {
  const workspace = await open()
  put('d/a', '1')
  const hash = await commit(workspace, join(root, 'd'))
  put('d/new', 'new')
  put('d/a', 'edited')
  expect(await workspace.findUnsaved(join(root, 'd'), item(hash.oid))).toEqual({ ok: true, value: ['d/a', 'd/new'] })
  const refused = await workspace.checkoutOut(join(root, 'd'), item(hash.oid))
  expect(refused).toMatchObject({
    ok: false,
    problems: [{ code: 'UNSAVED_FILES', message: expect.stringContaining('`d/new`') }],
  })
  expect(readFileSync(join(root, 'd/a'), 'utf8')).toBe('edited')
  expect(await workspace.checkoutOut(join(root, 'd'), item(hash.oid), { force: true })).toEqual({
    ok: true,
    value: 'modified',
  })
  expect([readdirSync(join(root, 'd')), readFileSync(join(root, 'd/a'), 'utf8')]).toEqual([['a'], '1'])
})

test('an out of which objects are missing is left alone when it holds the last copy of something', async () => {
  const workspace = await open()
  put('d/a', '1')
  put('d/b', '2')
  const hash = await commit(workspace, join(root, 'd'))
  for (const file of filesBelow(join(root, '.dvc')).filter((path) => !path.endsWith('.dir'))) rmSync(file)
  rmSync(join(root, 'd/b'))
  expect(await workspace.checkoutOut(join(root, 'd'), item(hash.oid))).toMatchObject({
    problems: [{ code: 'OBJECTS_MISSING' }],
  })
  expect(readdirSync(join(root, 'd'))).toEqual(['a'])
})

test('nothing outside the project is deleted, changed or replaced', async () => {
  const workspace = await open()
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'precious')
  mkdirSync(join(folder, 'outside'))
  writeFileSync(join(folder, 'outside/x'), 'precious')
  symlinkSync('../outside', join(root, 'way-out'))
  symlinkSync('../outside', join(root, 'led-out'))
  for (const path of [victim, join(folder, 'outside'), join(root, 'way-out/x'), join(root, 'led-out')]) {
    const answers = [
      await workspace.removeOut(path),
      await workspace.unprotect(path),
      await workspace.checkoutOut(path, item('0'.repeat(32)), { force: true }),
    ]
    expect(answers.map((answer) => (answer.ok ? 'done' : answer.problems[0]?.code))).toEqual(
      Array(3).fill('OUTSIDE_PROJECT'),
    )
  }
  expect(filesBelow(folder).map((path) => readFileSync(path, 'utf8'))).toEqual(['precious', 'precious'])
})

test.each<[LinkType]>([['copy'], ['hardlink'], ['symlink']])(
  'no file is made through a link in an out that leads out of the project (%s)',
  async (type) => {
    const workspace = await open([type])
    put('d/kept/a', '1')
    put('d/sub/deep/b', '2')
    const hash = await commit(workspace, join(root, 'd'))
    mkdirSync(join(folder, 'outside/deep'), { recursive: true })
    rmSync(join(root, 'd'), { recursive: true })
    put('d/kept/a', '1')
    symlinkSync('../../outside', join(root, 'd/sub'))
    expect(await workspace.checkoutOut(join(root, 'd'), item(hash.oid), { force: true })).toMatchObject({
      problems: [{ code: 'OUTSIDE_PROJECT', message: expect.stringContaining('`d/sub`') }],
    })
    expect(filesBelow(join(folder, 'outside'))).toEqual([])
    const allowed = await open([type], join(root, '.dvc/cache'), true)
    expect((await allowed.checkoutOut(join(root, 'd'), item(hash.oid))).ok).toBe(true)
    expect(readFileSync(join(folder, 'outside/deep/b'), 'utf8')).toBe('2')
  },
)

test.each<[LinkType]>([['copy'], ['hardlink'], ['symlink']])(
  'what stands hidden in the place of a file gives way to it (%s)',
  async (type) => {
    const before = await open([type])
    put('d/sub/a', '1')
    put('d/b', '')
    const hash = await commit(before, join(root, 'd'))
    rmSync(join(root, 'd'), { recursive: true })
    writeFileSync(join(root, '.dvcignore'), 'hidden\na\n')
    put('d/sub/a/hidden', 'of no use')
    const workspace = await open([type])
    expect(await workspace.checkoutOut(join(root, 'd'), item(hash.oid))).toEqual({ ok: true, value: 'modified' })
    expect([readFileSync(join(root, 'd/sub/a'), 'utf8'), readFileSync(join(root, 'd/b'), 'utf8')]).toEqual(['1', ''])
  },
)

test('outside the project all is done that is allowed by the caller', async () => {
  const workspace = await open(['copy'], join(root, '.dvc/cache'), true)
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'of no use')
  expect(await workspace.removeOut(victim)).toEqual({ ok: true, value: undefined })
  expect(existsSync(victim)).toBe(false)
})

test.each([
  '.dvc',
  '.dvc/config',
  '.git',
  '.git/HEAD',
  'led-in/config',
  'led-in',
  '..',
  '.',
  'sub/.git/HEAD',
  'store',
  'store/files',
])('%s is never removed as an out', async (path) => {
  put('.dvc/config', '')
  put('.git/HEAD', '')
  put('sub/.git/HEAD', '')
  put('store/files/md5/x', '')
  symlinkSync('.dvc', join(root, 'led-in'))
  const before = filesBelow(folder)
  for (const allowOutside of [false, true]) {
    const workspace = await open(['copy'], join(root, 'store'), allowOutside)
    expect(await workspace.removeOut(join(root, path))).toMatchObject({ problems: [{ code: 'PROTECTED_PATH' }] })
  }
  expect(filesBelow(folder)).toEqual(before)
})

test('removing an out takes links, not what they lead to', async () => {
  const workspace = await open()
  put('kept/file', '1')
  symlinkSync('kept/file', join(root, 'file-link'))
  symlinkSync('kept', join(root, 'folder-link'))
  symlinkSync('nowhere', join(root, 'broken'))
  put('d/sub/x', '1')
  for (const path of ['file-link', 'folder-link', 'broken', 'd', 'missing'])
    expect((await workspace.removeOut(join(root, path))).ok).toBe(true)
  expect(readdirSync(root).toSorted()).toEqual(['folder-link', 'kept'])
  expect(readFileSync(join(root, 'kept/file'), 'utf8')).toBe('1')
})

test('a persisted out becomes plain writable files', async () => {
  const workspace = await open()
  const elsewhere = put('elsewhere', '1')
  chmodSync(elsewhere, 0o444)
  mkdirSync(join(root, 'd/sub'), { recursive: true })
  linkSync(elsewhere, join(root, 'd/hard'))
  symlinkSync('../../elsewhere', join(root, 'd/sub/soft'))
  expect(await workspace.unprotect(join(root, 'd'))).toEqual({ ok: true, value: undefined })
  for (const path of ['d/hard', 'd/sub/soft']) {
    const stats = lstatSync(join(root, path))
    expect([stats.isFile(), stats.nlink, stats.mode & 0o222]).toEqual([true, 1, 0o222 & ~process.umask()])
  }
  expect(statSync(elsewhere).mode & 0o777).toBe(0o444)
  expect(await workspace.unprotect(join(root, 'missing'))).toEqual({ ok: true, value: undefined })
})

test('an ignored path exists as a dep and not as an out, but for a project of its own', async () => {
  writeFileSync(join(root, '.dvcignore'), 'hidden\n')
  put('hidden', '1')
  put('other/.dvc/config', '')
  symlinkSync('nowhere', join(root, 'broken'))
  symlinkSync('circle', join(root, 'circle'))
  const workspace = await open()
  const shown = ['hidden', 'other', 'broken', 'circle', 'missing', 'hidden/below'].map((path) => [
    workspace.exists(join(root, path), 'dep'),
    workspace.exists(join(root, path), 'out'),
  ])
  expect(shown).toEqual([
    [true, false],
    [true, true],
    [true, true],
    [true, true],
    [false, false],
    [false, false],
  ])
})

test('a disk that cannot be written is a problem that names the path', async () => {
  const workspace = await open()
  const path = put('x', '1')
  put('.dvc/cache/files', 'a file where a folder belongs')
  const stored = await workspace.storeOut({ target: path, cache: true }, await hashOf(workspace, path))
  expect(stored).toMatchObject({
    ok: false,
    problems: [{ code: 'FILE_FAILED', message: expect.stringContaining('.dvc/cache/files') }],
  })
})

async function open(
  cacheTypes: readonly LinkType[] = ['reflink', 'copy'],
  cacheDir = join(root, '.dvc/cache'),
  allowOutside = false,
): Promise<Workspace> {
  const config: DvcConfig = {
    noScm: false,
    autostage: false,
    hardlinkLock: false,
    interactive: false,
    defaultRemote: undefined,
    cacheDir,
    cacheTypes,
    cacheShared: undefined,
    parsing: { bool: 'store_true', list: 'nargs' },
    remotes: new Map(),
  }
  return await openWorkspace({ root, config, ignore: openIgnoreRules(root), allowOutside })
}

async function hashOf(workspace: Workspace, path: string): Promise<PathHash> {
  const hashed = await workspace.hash(path, 'md5')
  if (!hashed.ok) throw new Error(JSON.stringify(hashed.problems))
  return hashed.value
}

async function commit(workspace: Workspace, path: string): Promise<PathHash> {
  const hash = await hashOf(workspace, path)
  expect(await workspace.commitOut({ target: path, cache: true }, hash)).toEqual({ ok: true, value: undefined })
  return hash
}

function item(hash: string): ItemRecord {
  return { path: 'x', hashName: 'md5', hash, size: undefined, nfiles: undefined, isexec: false, extra: new Map() }
}

function put(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return join(root, path)
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return []
  // Node's own recursion enters links, from version 22 on.
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name)
    return entry.isDirectory() ? filesBelow(below) : entry.isFile() ? [below] : []
  })
}
