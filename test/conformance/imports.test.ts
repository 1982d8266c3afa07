import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { openTempFolder } from '../rig/temp-folder.ts'
import { share } from '../rig/tally.ts'
import { lastObject } from '../rig/verdicts.ts'

/** What happens between runs, in the project and at the source. */
type Step = (rig: Rig, source: Source) => void

interface Source {
  /** As `dvc import-url` takes it. */
  readonly url: string
  /** Where the server or DVC finds it. */
  readonly file: string
}

const steps: Readonly<Record<string, Step>> = {
  'nothing changes': () => undefined,
  'the source changes while the import is frozen': (_, { file }) => appendFileSync(file, 'more\n'),
  'the import is thawed': (rig) => thaw(rig),
  'the source changes': (_, { file }) => appendFileSync(file, 'still more\n'),
  'the data is deleted': (rig) => rmSync(join(rig.root, 'data')),
  'data and objects are deleted': (rig) => {
    rmSync(join(rig.root, 'data'))
    rmSync(join(rig.root, '.dvc/cache/files'), { recursive: true })
  },
  'the data is edited': (rig) => replace(join(rig.root, 'data'), 'edited\n'),
  'the recorded digest is another': (rig) =>
    replace(
      join(rig.root, 'data.dvc'),
      readFileSync(join(rig.root, 'data.dvc'), 'utf8').replace(/^md5: \w+/m, 'md5: 0123456789abcdef0123456789abcdef'),
    ),
}

function replace(path: string, text: string): void {
  rmSync(path)
  writeFileSync(path, text)
}

function thaw(rig: Rig, name = 'data.dvc'): void {
  const file = join(rig.root, name)
  writeFileSync(file, readFileSync(file, 'utf8').replace('frozen: true\n', ''))
}

const dvcYaml = (url: string): string => `stages:
  from-import: {cmd: cp data copied, deps: [data], outs: [copied]}
  from-source: {cmd: echo 1 > made, deps: ["${url}"], outs: [made]}
`

async function open(url: string): Promise<Rig> {
  const rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '')
    writeFileSync(join(root, 'dvc.yaml'), dvcYaml(url))
  })
  expect((await rig.forkedDvc(['import-url', url, 'data'])).exitCode).toBe(0)
  return rig
}

for (const kind of ['a file outside the project', 'a file on the web'] as const) {
  liveTest(`${kind}: imports and stages that depend on it are handled as by DVC, run after run`, async (_, context) => {
    using sources = openTempFolder()
    const folder = sources.path
    const server = kind === 'a file on the web' ? await serve(folder) : undefined
    try {
      const file = join(folder, 'source')
      writeFileSync(file, 'source\n')
      const url = server === undefined ? file : `http://127.0.0.1:${(server.address() as AddressInfo).port}/source`
      const source = { url, file }
      await using theirs = await open(url)
      await using ours = await open(url)
      for (const [step, change] of Object.entries(steps)) {
        change(theirs, source)
        change(ours, source)
        const status = {
          theirs: JSON.parse((await theirs.forkedDvc(['status', '--json'])).stdout) as unknown,
          ours: statusIn((await ours.cli(['status', '--json']).result).stdout),
        }
        expect({ step, status: status.ours }).toEqual({
          step,
          status: status.theirs,
        })
        const done = {
          theirs: await theirs.forkedDvc(['repro', '-P']),
          ours: await ours.cli(['run', '-P']).result,
        }
        const said = { step, theirs: done.theirs.stderr, ours: done.ours.stderr }
        expect({ ...said, failed: done.ours.exitCode !== 0 }).toEqual({ ...said, failed: done.theirs.exitCode !== 0 })
        const left = { theirs: await theirs.snapshot(), ours: await ours.snapshot() }
        expect({ step, ...left.ours }).toEqual({
          step,
          ...left.theirs,
        })
        share(context, 'Steps of imports equal to DVC', { equal: 1, of: 1 })
      }
    } finally {
      server?.close()
    }
  })
}

/** A git repository with a file of its own and one that DVC tracks, beside the project. */
function openOrigin(rig: Rig, dvc: string): { readonly path: string; commit(text: string): string } {
  const path = join(rig.folder, 'origin')
  const env = { ...process.env, ...author, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(rig.folder, 'site') }
  const call = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { cwd: path, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  const commit = (text: string): string => {
    writeFileSync(join(path, 'own'), `own ${text}\n`)
    rmSync(join(path, 'tracked'), { force: true })
    writeFileSync(join(path, 'tracked'), `tracked ${text}\n`)
    call(dvc, 'add', '-q', 'tracked')
    call('git', 'add', '-A')
    call('git', 'commit', '-q', '-m', text)
    return call('git', 'rev-parse', 'HEAD')
  }
  mkdirSync(path)
  call('git', 'init', '-q', '-b', 'main')
  call(dvc, 'init', '-q')
  return { path, commit }
}

const author = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z',
}

/** What happens to imports from a git repository; `update`: DVC's and our command of that name instead of a run. */
const repoSteps: Readonly<Record<string, { change: Change; update?: readonly string[] }>> = {
  'nothing changes': { change: () => undefined },
  'the branch moves on while imports are frozen': { change: (_, commit) => void commit('second') },
  'imports are thawed': { change: (rig) => ['own.dvc', 'tracked.dvc'].forEach((name) => thaw(rig, name)) },
  'data is deleted': { change: (rig) => rmSync(join(rig.root, 'own')) },
  'data and objects are deleted': {
    change: (rig) => {
      rmSync(join(rig.root, 'tracked'))
      rmSync(join(rig.root, '.dvc/cache/files'), { recursive: true })
    },
  },
  'an import is updated': { change: () => undefined, update: ['own.dvc'] },
  'the branch moves on and both are updated': {
    change: (_, commit) => void commit('third'),
    update: ['own.dvc', 'tracked.dvc'],
  },
  'an older revision is asked for': { change: () => undefined, update: ['--rev', 'old', 'own.dvc'] },
}

type Change = (rig: Rig, commit: (text: string) => string) => void

liveTest('imports from git repositories are judged, brought and updated as by DVC', async (dvc, context) => {
  const env = { PATH: `${dirname(dvc)}:${process.env['PATH'] ?? ''}` }
  const open = async (): Promise<{ rig: Rig; commit: (text: string) => string }> => {
    const rig = await openProject(fillBare)
    const { path, commit } = openOrigin(rig, dvc)
    execFileSync('git', ['branch', 'old', commit('first')], { cwd: path })
    for (const name of ['own', 'tracked'])
      expect(await rig.forkedDvc(['import', '../origin', name])).toMatchObject({ exitCode: 0 })
    return { rig, commit }
  }
  const [theirs, ours] = [await open(), await open()]
  await using _theirs = theirs.rig
  await using _ours = ours.rig
  for (const [step, { change, update }] of Object.entries(repoSteps)) {
    for (const { rig, commit } of [theirs, ours]) change(rig, commit)
    const told = JSON.parse((await theirs.rig.forkedDvc(['status', '--json'])).stdout) as unknown
    const told2 = statusIn((await ours.rig.cli(['status', '--json']).result).stdout)
    expect({ step, status: told2 }).toEqual({ step, status: told })
    const verbs =
      update === undefined
        ? [
            ['repro', '-P'],
            ['run', '-P'],
          ]
        : [
            ['update', ...update],
            ['update', ...update],
          ]
    expect({ step, ...(await theirs.rig.forkedDvc(verbs[0]!)) }).toMatchObject({ step, exitCode: 0 })
    expect({ step, ...(await ours.rig.cli(verbs[1]!, { env }).result) }).toMatchObject({ step, exitCode: 0 })
    expect({ step, ...(await ours.rig.snapshot()) }).toEqual({ step, ...(await theirs.rig.snapshot()) })
    share(context, 'Steps of imports equal to DVC', { equal: 1, of: 1 })
  }
})

liveTest('imports of files and from the web are updated as by DVC, frozen or not', async (_, context) => {
  using sources = openTempFolder()
  const [file, other] = [join(sources.path, 'file'), join(sources.path, 'other')]
  for (const path of [file, other]) writeFileSync(path, 'first\n')
  await using theirs = await openProject(fillBare)
  await using ours = await openProject(fillBare)
  for (const rig of [theirs, ours])
    for (const path of [file, other]) expect((await rig.forkedDvc(['import-url', path])).exitCode).toBe(0)
  for (const rig of [theirs, ours]) thaw(rig, 'other.dvc')
  for (const text of ['first\n', 'second\n']) {
    for (const path of [file, other]) writeFileSync(path, text)
    expect((await theirs.forkedDvc(['update', 'file.dvc', 'other.dvc'])).exitCode).toBe(0)
    const { stdout } = await ours.cli(['update', '--json', 'file.dvc', 'other.dvc']).result
    const both = ['file.dvc', 'other.dvc']
    expect(lastObject(stdout)).toEqual({
      updated: text === 'first\n' ? [] : both,
      unchanged: text === 'first\n' ? both : [],
      problems: [],
    })
    expect(await ours.snapshot()).toEqual(await theirs.snapshot())
    share(context, 'Steps of imports equal to DVC', { equal: 1, of: 1 })
  }
})

liveTest('imported folders and programs, and imports without their data, are left as by DVC', async () => {
  using sources = openTempFolder()
  mkdirSync(join(sources.path, 'folder/sub'), { recursive: true })
  mkdirSync(join(sources.path, 'folder/empty'))
  mkdirSync(join(sources.path, 'elsewhere'))
  symlinkSync('../elsewhere', join(sources.path, 'folder/link'))
  writeFileSync(join(sources.path, 'elsewhere/c'), 'c\n')
  writeFileSync(join(sources.path, 'folder/a'), 'a\n', { mode: 0o755 })
  writeFileSync(join(sources.path, 'folder/sub/b'), 'b\n')
  writeFileSync(join(sources.path, 'program'), '#!/bin/sh\n', { mode: 0o755 })
  await using theirs = await openProject(fillBare)
  await using ours = await openProject(fillBare)
  for (const rig of [theirs, ours]) {
    for (const name of ['folder', 'program']) await rig.forkedDvc(['import-url', join(sources.path, name)])
    await rig.forkedDvc(['import-url', '--no-download', join(sources.path, 'program'), 'later'])
    for (const name of ['folder.dvc', 'program.dvc']) thaw(rig, name)
  }
  appendFileSync(join(sources.path, 'folder/a'), 'more\n')
  appendFileSync(join(sources.path, 'program'), 'true\n')
  const targets = ['folder.dvc', 'program.dvc', 'later.dvc']
  expect(await theirs.forkedDvc(['repro', ...targets])).toMatchObject({ exitCode: 0 })
  expect(await ours.cli(['run', ...targets]).result).toMatchObject({ exitCode: 0 })
  expect(await ours.snapshot()).toEqual(await theirs.snapshot())
})

liveTest('what servers say of a file, and what they leave out, is recorded as by DVC', async () => {
  const server = createServer((request, response) => {
    const [, name = ''] = (request.url ?? '').split('/')
    const isHead = request.method === 'HEAD'
    if (name === 'moved') response.writeHead(302, { location: '/etag', etag: '"other"' }).end()
    else if (name === 'no-head' && isHead) response.writeHead(403).end()
    else {
      const size = name === 'no-size' ? {} : { 'content-length': 5 }
      response.writeHead(200, { ...answers[name], ...size }).end(isHead ? undefined : 'data\n')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const stages = [...Object.keys(answers), 'moved'].map(
      (name) =>
        `  ${name}: {cmd: echo ${name} > ${name}, deps: ["http://127.0.0.1:${port}/${name}"], outs: [${name}]}\n`,
    )
    const fill = async (root: string): Promise<void> => {
      await fillBare(root)
      writeFileSync(join(root, 'dvc.yaml'), `stages:\n${stages.join('')}`)
    }
    await using theirs = await openProject(fill)
    await using ours = await openProject(fill)
    expect(await theirs.forkedDvc(['repro'])).toMatchObject({ exitCode: 0 })
    expect(await ours.cli(['run']).result).toMatchObject({ exitCode: 0 })
    expect(await ours.snapshot()).toEqual(await theirs.snapshot())
    expect(JSON.parse((await ours.forkedDvc(['status', '--json'])).stdout)).toEqual({})
    expect(statusIn((await theirs.cli(['status', '--json']).result).stdout)).toEqual({})
  } finally {
    server.close()
  }
})

const answers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  etag: { etag: '"abc"' },
  weak: { etag: 'W/"abc"' },
  md5: { 'content-md5': 'Q2h==' },
  both: { etag: '"e"', 'content-md5': 'Q2h==' },
  nothing: {},
  dated: { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT', 'content-type': 'text/plain; charset=utf-8' },
  whole: { 'accept-ranges': 'none' },
  'no-size': { etag: '"s"' },
  'no-head': { etag: '"h"' },
}

liveTest('a folder that is recorded file by file has the state that DVC gives it', async () => {
  await using rig = await openProject(async (root) => {
    await fillBare(root)
    const file = (name: string, digit: string): string =>
      `  - relpath: ${name}\n    md5: ${digit.repeat(32)}\n    size: 3\n    cloud: {s: {etag: ${digit.repeat(32)}, version_id: v}}\n`
    writeFileSync(
      join(root, 'tree.dvc'),
      `outs:\n- hash: md5\n  path: tree\n  files:\n${file('b', 'a')}${file('a/c', 'b')}`,
    )
  })
  const theirs = JSON.parse((await rig.forkedDvc(['status', '--json'])).stdout) as unknown
  expect(theirs).toEqual({ 'tree.dvc': [{ 'changed outs': { tree: 'not in cache' } }] })
  expect(statusIn((await rig.cli(['status', '--json']).result).stdout)).toEqual(theirs)
})

async function fillBare(root: string): Promise<void> {
  mkdirSync(join(root, '.dvc'))
  writeFileSync(join(root, '.dvc/config'), '')
}

test('a server that does not answer is told, and other stages run', async () => {
  const url = 'http://127.0.0.1:1/file'
  await using rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '')
    writeFileSync(
      join(root, 'dvc.yaml'),
      `stages:\n  web: {cmd: echo 1 > made, deps: ["${url}"], outs: [made]}\n  free: {cmd: echo 1 > free, outs: [free]}\n`,
    )
  })
  const { stdout } = await rig.cli(['run', '-k', '--json']).result
  const { tasks, problems } = lastObject(stdout) as {
    tasks: { address: string; result: string }[]
    problems: { code: string }[]
  }
  expect(tasks).toContainEqual({ address: 'free', result: 'ran', exit: 0 })
  expect(problems.map(({ code }) => code)).toContain('URL_UNREACHABLE')
})

function statusIn(stdout: string): Record<string, unknown> {
  const { stages } = JSON.parse(stdout) as { stages: { address: string; changes: unknown[] }[] }
  return Object.fromEntries(
    stages.filter(({ changes }) => changes.length > 0).map((stage) => [stage.address, stage.changes]),
  )
}

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://x').pathname)
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end()
      return
    }
    const body = readFileSync(path)
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    response.writeHead(200, { 'content-length': body.length, etag })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

test('a repository that cannot be asked is told once, and the imports from it are judged all the same', async () => {
  const imported = (path: string, rev: string): string => `md5: 0123456789abcdef0123456789abcdef
frozen: true
deps:
- path: ${path}
  repo: {url: ../nowhere, rev: ${rev}, rev_lock: a123456789012345678901234567890123456789}
outs:
- {md5: 764efa883dda1e11db47671c4a3bbd9e, size: 3, hash: md5, path: ${path}}
`
  await using rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    const files = { '.dvc/config': '', 'a.dvc': imported('a', 'main'), 'b.dvc': imported('b', 'other') }
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  })
  const { stdout, exitCode } = await rig.cli(['status', '--json']).result
  const { stages, problems } = JSON.parse(stdout) as {
    stages: { address: string; changes: unknown[] }[]
    problems: { code: string; severity: string }[]
  }
  expect({ exitCode, problems }).toMatchObject({
    exitCode: 0,
    problems: [{ code: 'REPO_UNREACHABLE', severity: 'warning' }],
  })
  const notThere = (path: string): object => ({ 'changed outs': { [path]: 'not in cache' } })
  expect(stages).toMatchObject([
    { address: 'a.dvc', changes: [notThere('a'), 'changed checksum'] },
    { address: 'b.dvc', changes: [notThere('b'), 'changed checksum'] },
  ])
})
