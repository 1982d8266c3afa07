import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type ProgramOptions, type Rig } from '../rig/open-rig.ts'
import { takeSnapshot, type Snapshot } from '../rig/snapshot.ts'
import { share } from '../rig/tally.ts'
import { lastObject } from '../rig/verdicts.ts'

const dvcYaml = `
stages:
  file: {cmd: cp in file.txt, deps: [in], outs: [file.txt]}
  folder:
    cmd: mkdir -p d/sub; cp in d/a; echo b > d/sub/b; echo b > d/c
    deps: [in]
    outs: [d]
  kept: {cmd: echo kept > kept.txt, outs: [kept.txt: {push: false}]}
  other: {cmd: echo other > other.txt, outs: [other.txt: {remote: second}]}
  metric: {cmd: echo 1 > m.json, metrics: [m.json: {cache: false}]}
`

const config = (more = ''): string =>
  `[core]\n    remote = main\n['remote "main"']\n    url = ../../main\n['remote "second"']\n    url = ../../second\n${more}`

// Both remotes lie beside the project, so a snapshot of the folder above has them.
async function openDone(more = ''): Promise<Rig> {
  const rig = await openProject(async (root) => {
    for (const [path, text] of Object.entries({
      'dvc.yaml': dvcYaml,
      in: 'in\n',
      '.dvc/config': config(more),
    })) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  })
  expect((await rig.cli(['run']).result).exitCode).toBe(0)
  return rig
}

/** Everything below the remotes: paths, modes, bytes. */
async function remotesOf(rig: Rig): Promise<readonly Snapshot['objects'][]> {
  return await Promise.all(
    ['main', 'second'].map(async (name) => (await takeSnapshot(join(rig.root, '..', name), '.')).objects),
  )
}

const pushes: Readonly<Record<string, { args?: string[]; more?: string; before?: (rig: Rig) => Promise<void> }>> = {
  everything: {},
  'one stage': { args: ['folder'] },
  'one out': { args: ['file.txt'] },
  'another remote': { args: ['-r', 'second'] },
  'results of runs': { args: ['--run-cache'] },
  'what is partly there': { before: async (rig) => void (await rig.forkedDvc(['push', 'd/sub/b', 'file'])) },
  'a group': { more: '    shared = group\n' },
}

for (const [name, { args = [], more = '', before }] of Object.entries(pushes)) {
  liveTest(
    `push: ${name} leaves remotes as DVC leaves them, and DVC finds nothing left to push`,
    async (_, context) => {
      await using dvc = await openDone(more)
      await using ours = await openDone(more)
      await before?.(dvc)
      await before?.(ours)
      const theirs = await dvc.forkedDvc(['push', ...args])
      const mine = await ours.cli(['push', ...args]).result
      expect({ exitCode: mine.exitCode, stderr: mine.stderr }).toMatchObject({ exitCode: theirs.exitCode })
      expect(await remotesOf(ours)).toEqual(await remotesOf(dvc))
      const rest = args.filter((arg) => arg !== '--run-cache')
      expect((await ours.forkedDvc(['push', ...rest])).stdout).toContain('Everything is up to date')
      share(context, 'Pushes and pulls equal to DVC', { equal: 1, of: 1 })
    },
  )
}

const pulls: Readonly<Record<string, { args?: string[]; before: (rig: Rig) => void }>> = {
  'an empty cache': { before: (rig) => remove(rig, '.dvc/cache/files', 'file.txt', 'd') },
  'one stage': { args: ['folder'], before: (rig) => remove(rig, '.dvc/cache/files', 'file.txt', 'd') },
  'a member of a folder': { before: (rig) => remove(rig, '.dvc/cache/files/md5', 'd/sub') },
  'nothing to do': { before: () => undefined },
  'data that is not on the remote': { before: (rig) => remove(rig, '.dvc/cache/files', '../main/files', 'file.txt') },
}

function remove(rig: Rig, ...paths: readonly string[]): void {
  for (const path of paths) rmSync(join(rig.root, path), { recursive: true, force: true })
}

for (const [name, { args = [], before }] of Object.entries(pulls)) {
  liveTest(`fetch and pull: ${name} ends as with DVC`, async (_, context) => {
    await using dvc = await openDone()
    await using ours = await openDone()
    for (const rig of [dvc, ours]) {
      expect((await rig.forkedDvc(['push'])).exitCode).toBe(0)
      expect((await rig.forkedDvc(['push', '-r', 'main', 'kept'])).exitCode).toBe(0)
      before(rig)
    }
    for (const verb of ['fetch', 'pull']) {
      const theirs = await dvc.forkedDvc([verb, ...args])
      const mine = await ours.cli([verb, ...args]).result
      const words = { verb, theirs: theirs.stderr, mine: mine.stderr }
      expect({ ...words, failed: mine.exitCode !== 0 }).toEqual({ ...words, failed: theirs.exitCode !== 0 })
      expect({ verb, ...(await ours.snapshot()) }).toEqual({ verb, ...(await dvc.snapshot()) })
    }
    share(context, 'Pushes and pulls equal to DVC', { equal: 1, of: 1 })
  })
}

test('a damaged object on the remote is told, left there, and nothing is made of it', async () => {
  await using rig = await openDone()
  await rig.cli(['push']).result
  const object = objectOf(rig, 'file.txt')
  chmodSync(object, 0o644)
  writeFileSync(object, 'damaged\n')
  remove(rig, '.dvc/cache/files', 'file.txt')
  const result = await rig.cli(['pull', 'file', '--json']).result
  const { problems } = lastObject(result.stdout) as { problems: { code: string }[] }
  expect(problems).toMatchObject([{ code: 'OBJECTS_DAMAGED' }])
  expect(readFileSync(object, 'utf8')).toBe('damaged\n')
  expect(existsSync(join(rig.root, 'file.txt'))).toBe(false)
})

test('a damaged object on the remote stays on a push without a sound copy, and gives way to one', async () => {
  await using rig = await openDone()
  await rig.cli(['push']).result
  const object = objectOf(rig, 'file.txt')
  chmodSync(object, 0o644)
  writeFileSync(object, 'damaged\n')
  await rig.change({ rename: { '.dvc/cache/files': '.dvc/cache/kept' } })
  await rig.cli(['push', 'file']).result
  expect(readFileSync(object, 'utf8')).toBe('damaged\n')
  await rig.change({ rename: { '.dvc/cache/kept': '.dvc/cache/files' } })
  expect((await rig.cli(['push', 'file']).result).stdout).toBe('1 file pushed\n')
  expect(readFileSync(object, 'utf8')).toBe('in\n')
})

test('a member that went from the remote is pushed again, although the listing of its directory is there', async () => {
  await using rig = await openDone()
  await rig.cli(['push']).result
  const objects = Object.keys((await remotesOf(rig))[0]!)
  rmSync(objectOf(rig, 'file.txt')) // `d/a` has the same content
  expect((await rig.cli(['push', 'folder']).result).stdout).toBe('1 file pushed\n')
  expect(Object.keys((await remotesOf(rig))[0]!)).toEqual(objects)
})

test('an object that is read-only on the remote but damaged does not become a trusted one of the cache', async () => {
  await using rig = await openDone()
  await rig.cli(['push']).result
  const object = objectOf(rig, 'file.txt')
  chmodSync(object, 0o644)
  writeFileSync(object, 'damaged\n')
  chmodSync(object, 0o444)
  remove(rig, '.dvc/cache/files', 'file.txt')
  expect((await rig.cli(['fetch', 'file']).result).stderr).toContain('OBJECTS_DAMAGED')
  const files = Object.values((await rig.snapshot()).objects).filter((text) => text.includes(' '))
  expect(files).toEqual([])
})

test('a remote that is to be verified is not trusted', async () => {
  await using rig = await openDone('    verify = true\n')
  await rig.cli(['push']).result
  await rig.cli(['push', '-r', 'second', 'file']).result
  const object = objectOf(rig, 'file.txt', 'second')
  chmodSync(object, 0o644)
  writeFileSync(object, 'damaged\n')
  chmodSync(object, 0o444)
  remove(rig, '.dvc/cache/files', 'file.txt')
  expect((await rig.cli(['fetch', '-r', 'second', 'file']).result).stderr).toContain('OBJECTS_DAMAGED')
})

test('without a remote nothing is moved, and it is said what to do', async () => {
  await using rig = await openDone()
  writeFileSync(join(rig.root, '.dvc/config'), '')
  const result = await rig.cli(['push', 'file']).result
  expect(result).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('REMOTE_NONE') })
})

test('a run with --pull takes the data from the remote instead of running', async () => {
  await using rig = await openDone()
  await rig.cli(['push', '--run-cache']).result
  remove(rig, '.dvc/cache', 'file.txt', 'd')
  const result = await rig.cli(['run', '--pull', '--json', 'file', 'folder']).result
  const { tasks } = lastObject(result.stdout) as { tasks: { address: string; result: string }[] }
  expect(tasks).toMatchObject([{ result: 'pulled' }, { result: 'pulled' }])
  expect(readFileSync(join(rig.root, 'd/sub/b'), 'utf8')).toBe('b\n')
})

liveTest(
  'a remote over HTTP is reached through dvc, which is said; without dvc it is said what to install',
  async (dvc) => {
    await using rig = await openDone()
    const folder = join(rig.root, '../served')
    const server = await serve(folder)
    try {
      const { port } = server.address() as AddressInfo
      writeFileSync(
        join(rig.root, '.dvc/config'),
        `[core]\n    remote = web\n['remote "web"']\n    url = http://127.0.0.1:${port}/data\n    method = PUT\n`,
      )
      const withDvc: ProgramOptions = { env: { PATH: `${dirname(dvc)}:${process.env['PATH'] ?? ''}` } }
      const withoutDvc: ProgramOptions = { env: { PATH: '/usr/bin:/bin' } }
      const alone = await rig.cli(['push', 'file'], withoutDvc).result
      expect(alone).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('pip install "dvc"') })
      const pushed = await rig.cli(['push', 'file', 'folder'], withDvc).result
      expect({ ...pushed }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Calling `dvc push') })
      expect(statSync(join(folder, 'data/files/md5')).isDirectory()).toBe(true)
      remove(rig, '.dvc/cache/files', 'file.txt', 'd')
      expect((await rig.cli(['pull', 'file', 'folder'], withDvc).result).exitCode).toBe(0)
      expect(readFileSync(join(rig.root, 'd/sub/b'), 'utf8')).toBe('b\n')
    } finally {
      server.close()
    }
  },
)

/** A web server that keeps what it is sent. */
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname)
    if (request.method === 'PUT') {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, Buffer.concat(chunks))
        response.writeHead(201).end()
      })
      return
    }
    const isThere = existsSync(path) && statSync(path).isFile()
    const body = isThere ? readFileSync(path) : Buffer.alloc(0)
    response.writeHead(isThere ? 200 : 404, { 'content-length': body.length })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function objectOf(rig: Rig, path: string, remote = 'main'): string {
  const lock = readFileSync(join(rig.root, 'dvc.lock'), 'utf8')
  const hash = new RegExp(`path: ${path}\\n +hash: md5\\n +md5: (\\w+)`).exec(lock)![1]!
  return join(rig.root, '..', remote, 'files/md5', hash.slice(0, 2), hash.slice(2))
}
