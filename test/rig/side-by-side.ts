import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { expect, type TestContext } from 'vitest'
import type { DvcAnswer } from './forked-dvc.ts'
import { parse } from 'yaml'
import { liveDvc } from './live-dvc.ts'
import { openProject, type ProgramOptions, type Rig, type RigOptions } from './open-rig.ts'
import type { ProgramResult } from './program.ts'
import { verdictsIn } from './run-dvc.ts'
import { takeSnapshot, type Snapshot } from './snapshot.ts'
import { share } from './tally.ts'
import { lastObject } from './verdicts.ts'

/** A project and what is done in it, once with DVC and once with us. */
export interface Story extends RigOptions {
  /** Shell script that makes the project in an empty folder; `.dvc` is there. */
  readonly start: string
  /** Text of `.dvc/config`. `{elsewhere}` stands for a folder on another file system, which is removed at the end. */
  readonly config?: string
  readonly steps: readonly StoryStep[]
  /** A failing run of DVC takes back the ignore lines of finished stages; ours stay. */
  readonly exceptIgnores?: true
}

export interface StoryStep {
  /** Shell script that changes the project before; `$CACHE` is the cache's folder. */
  readonly change?: string
  /** Arguments of `dvc`, in words. @default 'repro' */
  readonly dvc?: string
  /** What we are told besides. */
  readonly flags?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly umask?: string
  readonly isPowerless?: boolean
  /** Arguments of `dvc` instead, which is asked about both projects and must answer the same. */
  readonly ask?: string
  /** Both end with an error; what they leave is compared all the same. */
  readonly fails?: true
  /** We deliberately leave something else: only success and verdicts are compared. */
  readonly leavesOther?: true
}

/** Plays a story on both sides and compares after each step: success, what happened to each stage, and all that is left
 * behind. In the end DVC itself must find the same of both projects. */
export async function playSideBySide(story: Story, context: Pick<TestContext, 'task'>): Promise<void> {
  await using theirs = await openStory(story)
  await using ours = await openStory(story)
  const history: string[] = []
  for (const step of story.steps) {
    for (const side of [theirs, ours]) sh(side, step.change ?? ':')
    if (step.ask !== undefined) {
      history.push(`${step.change ?? ''} | ${step.ask}`)
      expect({ history, answer: await answerOn(ours, step.ask) }).toEqual({
        history,
        answer: await answerOn(theirs, step.ask),
      })
      continue
    }
    history.push(`${step.change ?? ''} | dvc ${step.dvc ?? 'repro'}`)
    const [wanted, got] = await Promise.all([runTheirs(theirs.rig, step), runOurs(ours.rig, step)])
    expect(outcome(history, wanted, wanted.exitCode !== 0, step.fails)).toEqual({ history, fails: step.fails ?? false })
    expect(outcome(history, got, got.exitCode !== 0, step.fails)).toEqual({ history, fails: step.fails ?? false })
    expect({ history, stages: ourVerdicts(got, step) }).toEqual({ history, stages: theirVerdicts(wanted, step) })
    if (step.leavesOther) continue
    const [left, wantedLeft] = [await leftBehind(ours), await leftBehind(theirs)]
    const ignores = story.exceptIgnores ? { ignores: undefined } : {}
    expect({ history, ...left, ...ignores }).toEqual({ history, ...wantedLeft, ...ignores })
  }
  expect(await answerOn(ours, 'status --json')).toEqual(await answerOn(theirs, 'status --json'))
  const { length } = story.steps
  share(context, 'steps of stories played beside DVC', { equal: length, of: length })
}

interface Side extends AsyncDisposable {
  readonly rig: Rig
  readonly root: string
  readonly cache: string
  readonly elsewhere: string | undefined
}

async function openStory({ start, config = '', ...options }: Story): Promise<Side> {
  const elsewhere = config.includes('{elsewhere}') ? await mkdtemp(join(otherFileSystem, 'rig-')) : undefined
  const cache = elsewhere ?? options.cache ?? '.dvc/cache'
  const rig = await openProject(
    async (root) => {
      const text = config.replaceAll('{elsewhere}', elsewhere ?? '')
      sh({ root, cache }, `mkdir -p .dvc; cat > .dvc/config <<'END'\n${text}\nEND\n${start}`)
    },
    { ...options, cache },
  )
  return {
    rig,
    root: rig.root,
    cache,
    elsewhere,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]()
      if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true })
    },
  }
}

/** A folder that is not on the file system of temp files, where the machine has such. */
export const otherFileSystem = '/dev/shm'

// For scripts of stories: `"$PYTHON" "$RIG/…"` with DVC's modules.
const tools = {
  RIG: import.meta.dirname,
  ...(liveDvc === undefined ? {} : { PYTHON: join(dirname(liveDvc), 'python') }),
}

function sh({ root, cache }: { readonly root: string; readonly cache: string }, script: string): void {
  execFileSync('/bin/sh', ['-ec', `umask 022\n${script}`], {
    cwd: root,
    env: { ...process.env, CACHE: resolve(root, cache), ...tools },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** What a program said is shown if it ended otherwise than expected. */
function outcome(
  history: readonly string[],
  { stdout, stderr }: Pick<DvcAnswer, 'stdout' | 'stderr'>,
  fails: boolean,
  expected = false,
): object {
  return { history, fails, ...(fails === expected ? {} : { stdout, stderr }) }
}

function words(step: StoryStep): readonly string[] {
  return (step.dvc ?? 'repro').split(' ')
}

function runTheirs(rig: Rig, step: StoryStep): Promise<DvcAnswer | ProgramResult> {
  // A fork has the umask and the powers of the server.
  if (step.umask !== undefined || step.isPowerless) return rig.dvc(words(step), at(step)).result
  return rig.forkedDvc(words(step), at(step))
}

function runOurs(rig: Rig, step: StoryStep): Promise<ProgramResult> {
  const [command, ...rest] = words(step)
  const verb = command === 'repro' ? ['run', '-j2', '--json'] : [command ?? '']
  return rig.cli([...verb, ...rest, ...(step.flags ?? [])], at(step)).result
}

function at({ cwd = '.', env = {}, umask = '022', isPowerless = false }: StoryStep): ProgramOptions {
  return { cwd, env, umask, isPowerless }
}

function theirVerdicts({ stdout }: Pick<DvcAnswer, 'stdout'>, step: StoryStep): unknown {
  if (words(step)[0] === 'status') return JSON.parse(stdout)
  if (words(step)[0] !== 'repro') return undefined
  // Of frozen stages DVC says that it verifies them before it finds that outs are missing.
  const told = verdictsIn(stdout).filter(([, verdict]) => !(step.fails && verdict === 'verified'))
  return Object.fromEntries(told.map(([address, verdict]) => [seen(address, step), verdict]))
}

function ourVerdicts({ stdout }: ProgramResult, step: StoryStep): unknown {
  const command = words(step)[0]
  if (command === 'status') return statusIn(stdout)
  if (command !== 'repro') return undefined
  const { tasks } = lastObject(stdout) as { tasks: { address: string; result: string }[] }
  return Object.fromEntries(
    tasks.flatMap(({ address: fromRoot, result }) => {
      const address = seen(fromRoot, step)
      // A stage that fails has been started; of one that was not reached, or whose data was pulled, DVC says nothing.
      if (result === 'failed') return [[address, 'ran']]
      return ['blocked', 'cancelled', 'pulled'].includes(result)
        ? []
        : [[address, result === 'frozen' ? 'skipped' : result]]
    }),
  )
}

// In JSON our addresses are as seen from the root, DVC's as seen from where it is called: there names alone must do.
function seen(address: string, { cwd }: StoryStep): string {
  return cwd === undefined ? address : address.replace(/^.*:/, '')
}

function statusIn(stdout: string): Record<string, unknown> {
  const { stages } = JSON.parse(stdout) as { stages: { address: string; changes: unknown[] }[] }
  return Object.fromEntries(
    stages.filter(({ changes }) => changes.length > 0).map((stage) => [stage.address, stage.changes]),
  )
}

interface LeftBehind extends Snapshot {
  /** What stands beside the project. */
  readonly around: Readonly<Record<string, string>>
  /** Files of several names, the cache's among them: how many. */
  readonly names: Readonly<Record<string, number>>
}

// Absolute outs and links into the cache name the project's folder, which differs.
async function leftBehind({ rig, elsewhere }: Side): Promise<LeftBehind> {
  const { files: around } = await takeSnapshot(rig.folder, 'project', ['home', 'site'])
  const snapshot = await rig.snapshot()
  // The story's own file may name the folder.
  const files = Object.fromEntries(Object.entries(snapshot.files).filter(([path]) => path !== 'dvc.yaml'))
  const objects = withoutStrayListings(snapshot)
  const left: LeftBehind = { ...snapshot, files, objects, around, names: namesIn(rig.root) }
  const text = JSON.stringify(left).replaceAll(rig.folder, '<folder>')
  return JSON.parse(elsewhere === undefined ? text : text.replaceAll(basename(elsewhere), '<elsewhere>')) as LeftBehind
}

// Whenever DVC hashes a directory by the rules of DVC 2.x, even to tell the status, it leaves the listing in the cache,
// without the files and whether or not it belongs to an out (dvc-data, `hashfile/build.py::_build_external_tree_info`).
// We keep only what outs are made of.
function withoutStrayListings({ locks, objects }: Snapshot): Snapshot['objects'] {
  const recorded = Object.values(locks).flatMap((text) => {
    const { stages = {} } = parse(text) as { stages?: Record<string, { outs?: { md5: string }[] }> }
    return Object.values(stages).flatMap(({ outs = [] }) => outs.map(({ md5 }) => md5))
  })
  const isStray = (path: string): boolean =>
    /^[0-9a-f]{2}\/.*\.dir$/.test(path) && !recorded.includes(path.replace('/', ''))
  const kept = Object.entries(objects).filter(([path]) => !isStray(path))
  const isUsed = (folder: string): boolean => kept.some(([path]) => path.startsWith(`${folder}/`))
  return Object.fromEntries(kept.filter(([path]) => !/^[0-9a-f]{2}$/.test(path) || isUsed(path)))
}

function namesIn(root: string): Readonly<Record<string, number>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git/'))
  const counts = paths.map((path): [string, Stats] => [path, lstatSync(join(root, path))])
  return Object.fromEntries(
    counts.flatMap(([path, stats]) => (stats.isFile() && stats.nlink > 1 ? [[path, stats.nlink]] : [])),
  )
}

async function answerOn({ rig }: Side, question: string): Promise<unknown> {
  const { stdout, stderr, exitCode } = await rig.forkedDvc(question.split(' '))
  return { exitCode, answer: (stdout === '' ? stderr : stdout).replaceAll(rig.folder, '<folder>') }
}
