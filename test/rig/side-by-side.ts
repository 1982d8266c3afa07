import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import type { DvcAnswer } from './forked-dvc.ts'
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
  /** Text of `.dvc/config`. */
  readonly config?: string
  readonly steps: readonly StoryStep[]
}

export interface StoryStep {
  /** Shell script that changes the project before. */
  readonly change?: string
  /** Arguments of `dvc`, in words. @default 'repro' */
  readonly dvc?: string
  /** What we are told besides. */
  readonly flags?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
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
    for (const { root } of [theirs, ours]) sh(root, step.change ?? ':')
    history.push(`${step.change ?? ''} | dvc ${step.dvc ?? 'repro'}`)
    const [wanted, got] = await Promise.all([runTheirs(theirs, step), runOurs(ours, step)])
    expect({ history, fails: got.exitCode !== 0, told: got.stderr }).toMatchObject({
      history,
      fails: wanted.exitCode !== 0,
    })
    expect({ history, fails: wanted.exitCode !== 0, told: wanted.stderr }).toMatchObject({
      history,
      fails: step.fails ?? false,
    })
    expect({ history, stages: ourVerdicts(got, step) }).toEqual({ history, stages: theirVerdicts(wanted, step) })
    if (step.leavesOther) continue
    expect({ history, ...(await leftBehind(ours)) }).toEqual({ history, ...(await leftBehind(theirs)) })
  }
  expect(await statusByDvc(ours)).toEqual(await statusByDvc(theirs))
  const { length } = story.steps
  share(context, 'steps of stories played beside DVC', { equal: length, of: length })
}

async function openStory({ start, config = '', ...options }: Story): Promise<Rig> {
  return await openProject(async (root) => {
    sh(root, `mkdir -p .dvc; cat > .dvc/config <<'END'\n${config}\nEND\n${start}`)
  }, options)
}

function sh(root: string, script: string): void {
  execFileSync('/bin/sh', ['-ec', `umask 022\n${script}`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

function words(step: StoryStep): readonly string[] {
  return (step.dvc ?? 'repro').split(' ')
}

function runTheirs(rig: Rig, step: StoryStep): Promise<DvcAnswer> {
  return rig.forkedDvc(words(step), at(step))
}

function runOurs(rig: Rig, step: StoryStep): Promise<ProgramResult> {
  const [command, ...rest] = words(step)
  const verb = command === 'repro' ? ['run', '-j2', '--json'] : [command ?? '']
  return rig.cli([...verb, ...rest, ...(step.flags ?? [])], at(step)).result
}

function at({ cwd = '.', env = {} }: StoryStep): ProgramOptions {
  return { cwd, env }
}

function theirVerdicts({ stdout }: DvcAnswer, step: StoryStep): unknown {
  if (words(step)[0] === 'status') return JSON.parse(stdout)
  return words(step)[0] === 'repro' ? Object.fromEntries(verdictsIn(stdout)) : undefined
}

function ourVerdicts({ stdout }: ProgramResult, step: StoryStep): unknown {
  const command = words(step)[0]
  if (command === 'status') return statusIn(stdout)
  if (command !== 'repro') return undefined
  const { tasks } = lastObject(stdout) as { tasks: { address: string; result: string }[] }
  return Object.fromEntries(
    tasks.flatMap(({ address, result }) => {
      // A stage that fails has been started; of one that was not reached DVC says nothing.
      if (result === 'failed') return [[address, 'ran']]
      return ['blocked', 'cancelled'].includes(result) ? [] : [[address, result === 'frozen' ? 'skipped' : result]]
    }),
  )
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
async function leftBehind(rig: Rig): Promise<LeftBehind> {
  const { files: around } = await takeSnapshot(rig.folder, 'project', ['home', 'site'])
  const snapshot = await rig.snapshot()
  // The story's own file may name the folder.
  const files = Object.fromEntries(Object.entries(snapshot.files).filter(([path]) => path !== 'dvc.yaml'))
  const left: LeftBehind = { ...snapshot, files, around, names: namesIn(rig.root) }
  return JSON.parse(JSON.stringify(left).replaceAll(rig.folder, '<folder>')) as LeftBehind
}

function namesIn(root: string): Readonly<Record<string, number>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git/'))
  const counts = paths.map((path): [string, Stats] => [path, lstatSync(join(root, path))])
  return Object.fromEntries(
    counts.flatMap(([path, stats]) => (stats.isFile() && stats.nlink > 1 ? [[path, stats.nlink]] : [])),
  )
}

async function statusByDvc(rig: Rig): Promise<unknown> {
  const { stdout, stderr } = await rig.forkedDvc(['status', '--json'])
  return stdout === '' ? stderr.replaceAll(rig.folder, '<folder>') : JSON.parse(stdout)
}
