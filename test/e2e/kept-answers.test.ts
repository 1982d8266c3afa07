import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { clockTicked } from '../rig/clock-ticked.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { testWith } from '../rig/peer-test.ts'
import { checkout, stracePeer } from '../rig/peers.ts'

const pipeline = `stages:
  a:
    cmd: mkdir -p dir && cat in.txt > dir/one && echo y > dir/two
    deps: [in.txt]
    params: [p]
    outs: [dir]
  b:
    cmd: cat dir/one > out.txt
    deps: [dir]
    outs: [out.txt]
`

const upToDate = 'Data and pipelines are up to date.\n'

// What happens to a project, and whether a stage has changed by it.
const edits: readonly (readonly [what: string, edit: (root: string) => void])[] = [
  ['nothing', () => undefined],
  ['a dep of the same size, with its old time', (root) => keepingTime(join(root, 'in.txt'), 'IN\n')],
  ['a parameter', (root) => writeFileSync(join(root, 'params.yaml'), 'p: 2\n')],
  ['the same parameter written otherwise', (root) => writeFileSync(join(root, 'params.yaml'), 'p:  2\n')],
  ['the command', (root) => replaceIn(join(root, 'dvc.yaml'), 'cat dir/one', 'cat  dir/one')],
  ['an out', (root) => writeFileSync(join(root, 'out.txt'), 'other\n')],
  ['an out is gone', (root) => rmSync(join(root, 'out.txt'))],
  ['a file deep in an out, of the same size, with its old time', (root) => keepingTime(join(root, 'dir/two'), 'z\n')],
  ['an empty folder in an out, which does not count', (root) => mkdirSync(join(root, 'dir/empty'))],
  ['a new file in an empty folder of an out', (root) => writeFileSync(join(root, 'dir/empty/new'), '')],
  ['a member of an out is replaced', (root) => replaceFile(join(root, 'dir/one'), 'other\n')],
  ['the lock is gone', (root) => rmSync(join(root, 'dvc.lock'))],
  ['an object of the cache is gone', (root) => rmSync(objectOf(root, 'out.txt'))],
  ['an object of the cache is damaged', damageObject],
  [
    'the cache is elsewhere',
    (root) => writeFileSync(join(root, '.dvc/config.local'), '[cache]\n    dir = /tmp/none\n'),
  ],
  ['the cache is back', (root) => rmSync(join(root, '.dvc/config.local'))],
  ['.dvcignore hides a file of an out', (root) => writeFileSync(join(root, '.dvcignore'), 'two\n')],
  ['.dvcignore is gone', (root) => rmSync(join(root, '.dvcignore'))],
  ['another stage', (root) => write(join(root, 'new/dvc.yaml'), 'stages: {c: {cmd: touch x, outs: [x]}}\n')],
  ['the other stage is gone', (root) => rmSync(join(root, 'new'), { recursive: true })],
]

test('what was said of an unchanged project is not said again of a changed one', async () => {
  await using rig = await openProject(async (root) => {
    write(join(root, '.dvc/config'), '')
    write(join(root, 'dvc.yaml'), pipeline)
    write(join(root, 'params.yaml'), 'p: 1\n')
    write(join(root, 'in.txt'), 'in\n')
  })
  for (const [what, edit] of edits) {
    await settle(rig)
    edit(rig.root)
    const said = await rig.cli(['status']).result
    expect({ what, said: said.stdout }).toEqual({ what, said: await wordsOf(rig) })
  }
}, 300_000)

test('an answer is kept for the same words in the same place and surroundings', async () => {
  await using rig = await openProject(async (root) => {
    write(join(root, '.dvc/config'), '')
    write(join(root, 'dvc.yaml'), 'stages:\n  a: {cmd: echo a > a, outs: [a]}\n')
    write(join(root, 'sub/dvc.yaml'), 'stages:\n  b: {cmd: echo b > b, outs: [b]}\n')
  })
  await settle(rig)
  const counted = (stages: number): string =>
    `Data and pipelines are up to date.  (${stages} ${stages === 1 ? 'stage' : 'stages'} checked)\n`
  for (const _ of ['worked out', 'kept']) {
    expect(await say(rig, ['run'])).toBe(counted(1))
    expect(await say(rig, ['run', '-P'])).toBe(counted(2))
    expect(await say(rig, ['run', '-q'])).toBe('')
    expect(await say(rig, ['--cd', 'sub', 'run'])).toBe(counted(1))
    expect(await say(rig, ['status', '--exit-code'])).toBe(upToDate)
  }
  // A forced stage runs however often it has been said that there is nothing to do.
  expect(await say(rig, ['run', '-f', '-q'])).toBe('')
  expect(await say(rig, ['run', '-f'])).toContain('ran 1')
  expect(await say(rig, ['run', '-f'])).toContain('ran 1')
})

testWith(stracePeer)(
  'a run with nothing to do looks at each file at most five times, and the next one once',
  async (strace) => {
    const count = 200
    const stage = (n: number): string => `  s${n}: {cmd: echo ${n} > o/${n}, deps: [i/${n}], outs: [o/${n}]}\n`
    await using rig = await openProject(async (root) => {
      write(join(root, '.dvc/config'), '')
      write(join(root, 'dvc.yaml'), `stages:\n${Array.from({ length: count }, (_, n) => stage(n)).join('')}`)
      for (let n = 0; n < count; n++) write(join(root, `i/${n}`), `${n}\n`)
      mkdirSync(join(root, 'o'))
    })
    await settle(rig)
    const files = 3 * count // a dep, an out and an object for each stage
    rmSync(join(rig.root, '.restage/cache/answer-run'), { force: true })
    expect(countCalls(strace, rig, ['run'])).toBeLessThanOrEqual(5 * files + 400)
    expect(countCalls(strace, rig, ['run'])).toBeLessThanOrEqual(files + 100)
  },
)

// System calls of a call of ours that name a path of the project.
function countCalls(strace: string, rig: Rig, args: readonly string[]): number {
  const log = join(rig.folder, 'calls')
  const { PATH = '' } = process.env
  execFileSync(strace, ['-f', '-e', 'trace=%file', '-o', log, process.execPath, main, ...args], {
    cwd: rig.root,
    env: { PATH, HOME: join(rig.folder, 'home') },
  })
  return readFileSync(log, 'utf8').split(`"${rig.root}/`).length - 1
}

const main = join(checkout, 'dist/cli/main.cjs')

// Up to date, nothing young, and the answer kept.
async function settle(rig: Rig): Promise<void> {
  await say(rig, ['run', '-P'])
  await clockTicked(rig.root)
  await say(rig, ['status'])
  const kept = (): number | undefined => statSync(join(rig.root, answer), { throwIfNoEntry: false })?.ino
  const before = kept()
  expect(before).toBeDefined()
  expect(await say(rig, ['status'])).toBe(upToDate)
  expect(kept()).toBe(before)
}

const answer = '.restage/cache/answer-status'

async function say(rig: Rig, args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await rig.cli(args).result
  expect({ args, stderr, exitCode }).toEqual({ args, stderr: '', exitCode: 0 })
  return stdout
}

// What is said where nothing is kept.
async function wordsOf(rig: Rig): Promise<string> {
  rmSync(join(rig.root, '.restage/cache'), { recursive: true })
  return await say(rig, ['status'])
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function keepingTime(path: string, text: string): void {
  const { atime, mtime } = statSync(path)
  writeFileSync(path, text)
  utimesSync(path, atime, mtime)
}

function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}

function replaceIn(path: string, from: string, to: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
}

function objectOf(root: string, out: string): string {
  const hash = new RegExp(`path: ${out}\\n.*\\n\\s+md5: (\\w+)`).exec(readFileSync(join(root, 'dvc.lock'), 'utf8'))![1]!
  return join(root, '.dvc/cache/files/md5', hash.slice(0, 2), hash.slice(2))
}

function damageObject(root: string): void {
  const object = objectOf(root, 'out.txt')
  chmodSync(object, 0o644)
  writeFileSync(object, 'damage\n')
}
