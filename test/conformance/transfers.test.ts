import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { testWith } from '../rig/peer-test.ts'
import { stracePeer } from '../rig/peers.ts'
import { share } from '../rig/tally.ts'

/** Many enough for threads. */
const smallFiles = 1200
const largeFiles = 3
const objects = smallFiles + largeFiles + 1

/** A project with a folder of many small files and some of more than one piece, and an empty remote beside it. */
async function openMany(): Promise<Rig> {
  const rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '[core]\n    remote = main\n[\'remote "main"\']\n    url = ../../main\n')
    mkdirSync(join(root, 'source'))
    for (let index = 0; index < smallFiles; index++)
      writeFileSync(join(root, 'source', `s${index}`), `small ${index}\n`)
    for (let index = 0; index < largeFiles; index++)
      writeFileSync(join(root, 'source', `l${index}`), Buffer.alloc(12 * 2 ** 20 + index, index))
    writeFileSync(join(root, 'dvc.yaml'), 'stages:\n  all: {cmd: cp -r source all, deps: [source], outs: [all]}\n')
  })
  expect(await rig.cli(['run']).result).toMatchObject({ exitCode: 0 })
  return rig
}

function objectsBelow(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {}
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = paths.filter((path) => statSync(join(folder, path)).isFile())
  return Object.fromEntries(files.map((path) => [path, describe(join(folder, path))]))
}

function describe(path: string): string {
  const digest = createHash('md5').update(readFileSync(path)).digest('hex')
  return `${(statSync(path).mode & 0o7777).toString(8)} ${digest}`
}

const cacheOf = (rig: Rig): string => join(rig.root, '.dvc/cache/files/md5')
const remoteOf = (rig: Rig): string => join(rig.folder, 'main/files/md5')

liveTest('many files are pushed and fetched by threads, and DVC finds both sides complete', async (_, context) => {
  await using rig = await openMany()
  const stored = objectsBelow(cacheOf(rig))
  const pushed = await rig.cli(['push', '--json']).result
  expect(JSON.parse(pushed.stdout)).toMatchObject({ files: objects, problems: [] })
  expect(objectsBelow(remoteOf(rig))).toEqual(stored)
  expect((await rig.forkedDvc(['push'])).stdout).toContain('Everything is up to date')
  for (const jobs of ['1', '3']) {
    rmSync(join(rig.root, '.dvc/cache'), { recursive: true })
    const fetched = await rig.cli(['fetch', '--json', '-j', jobs]).result
    expect(JSON.parse(fetched.stdout)).toMatchObject({ files: objects, problems: [] })
    expect(objectsBelow(cacheOf(rig))).toEqual(stored)
  }
  expect((await rig.forkedDvc(['fetch'])).stdout).toContain('Everything is up to date')
  expect((await rig.forkedDvc(['status', '--json'])).stdout.trim()).toBe('{}')
  share(context, 'Pushes and pulls equal to DVC', { equal: 3, of: 3 })
})

test('damaged and missing objects among many are told by their number, and the listing is not pushed without them', async () => {
  await using rig = await openMany()
  const paths = readdirSync(cacheOf(rig), { recursive: true, encoding: 'utf8' }).filter((path) => path.length > 20)
  const [missing, damaged] = paths.filter((path) => !path.endsWith('.dir'))
  rmSync(join(cacheOf(rig), missing!))
  rmSync(join(cacheOf(rig), damaged!))
  writeFileSync(join(cacheOf(rig), damaged!), 'damaged')
  const { stdout } = await rig.cli(['push', '--json']).result
  const { files, problems } = JSON.parse(stdout) as { files: number; problems: { code: string }[] }
  expect({ files, codes: problems.map(({ code }) => code) }).toEqual({
    files: objects - 3,
    codes: ['OBJECTS_MISSING', 'OBJECTS_DAMAGED'],
  })
  expect(Object.keys(objectsBelow(remoteOf(rig))).filter((path) => path.endsWith('.dir'))).toEqual([])
})

/** Of the renames by which objects appear, counted in each thread. */
const kills = process.env['RESTAGE_LONG'] === undefined ? [5, 40, 150] : [1, 2, 3, 10, 40, 80, 120, 150, 200, 250]

tracedTest('a push or fetch that is killed leaves whole objects alone, and the next one finishes', async (context) => {
  await using rig = await openMany()
  const stored = objectsBelow(cacheOf(rig))
  for (const [verb, folder] of [
    ['push', remoteOf(rig)],
    ['fetch', cacheOf(rig)],
  ] as const) {
    for (const nth of kills) {
      rmSync(folder, { recursive: true, force: true })
      const inject = `inject=rename:signal=SIGKILL:when=${nth}`
      const under = [stracePeer.path!, '-f', '-q', '-o', join(rig.folder, 'trace'), '-e', inject]
      const killed = await rig.cli([verb], { under }).result
      expect({ verb, nth, how: killed.signal ?? killed.exitCode }).not.toEqual({ verb, nth, how: 0 })
      const left = Object.entries(objectsBelow(folder)).filter(([path]) => !basename(path).startsWith('.'))
      expect(left.filter(([path, text]) => stored[path] !== text)).toEqual([])
      expect(left.filter(([path]) => path.endsWith('.dir'))).toEqual([])
      expect(await rig.cli([verb]).result).toMatchObject({ exitCode: 0 })
      expect(objectsBelow(folder)).toEqual(stored)
      share(context, 'Transfers killed, and finished by the next call', { equal: 1, of: 1 })
    }
  }
})

tracedTest('a transfer that takes a while tells files, bytes and rate on a terminal, and nowhere else', async () => {
  await using rig = await openMany()
  const strace = `${stracePeer.path!} -f -q -o ${join(rig.folder, 'trace')} -e inject=rename:delay_enter=4000`
  const slowly = (onTerminal: boolean): readonly string[] =>
    onTerminal
      ? ['/bin/sh', '-c', `exec script -qefc "${strace} $*" /dev/null`, 'sh']
      : ['/bin/sh', '-c', `exec ${strace} "$@"`, 'sh']
  const env = { TERM: 'xterm', CI: '' }
  const seen = await rig.cli(['push'], { under: slowly(true), env }).result
  expect(seen.stdout).toMatch(new RegExp(`Pushing: \\d+ of ${objects - 1} files, [\\d.]+ [kM]?B, [\\d.]+ [kM]?B/s`))
  expect(seen.stdout.replaceAll(/\u001b\[(?:\d+A|0J|0m)/g, '')).not.toContain('\u001b') // no colours with NO_COLOR
  expect(seen.stdout).toMatch(new RegExp(`${objects} files pushed\\s*$`))
  rmSync(join(rig.folder, 'main'), { recursive: true })
  const unseen = await rig.cli(['push'], { under: slowly(false), env }).result
  expect(unseen).toMatchObject({ stdout: `${objects} files pushed\n`, stderr: '' })
  rmSync(join(rig.folder, 'main'), { recursive: true })
  const json = await rig.cli(['push', '--json'], { under: slowly(true), env }).result
  expect(json.stdout).not.toContain('Pushing')
})

function tracedTest(name: string, body: (context: TestContext) => Promise<void>): void {
  testWith(stracePeer)(name, (_, context) => body(context))
}

test('who fetches without a remote is told so and nothing fails, as with DVC; who pushes is refused', async () => {
  await using rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '')
    writeFileSync(join(root, 'dvc.yaml'), 'stages:\n  a: {cmd: echo > a, outs: [a]}\n')
  })
  await rig.cli(['run']).result
  rmSync(join(rig.root, 'a'))
  for (const verb of ['fetch', 'pull']) {
    const result = await rig.cli([verb]).result
    expect(result).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('REMOTE_NONE') })
  }
  expect(readFileSync(join(rig.root, 'a'), 'utf8')).toBe('\n')
  writeFileSync(join(rig.root, 'dvc.yaml'), 'stages:\n  a: {cmd: echo > a, outs: [a: {push: false}]}\n')
  const pushed = await rig.cli(['push']).result
  expect(pushed).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('REMOTE_NONE') })
})
