import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchCase, Contest, Goal, Place } from '../contest.ts'
import { forgetRuns, makeProject, makeRivals, makeStages, type Shape } from '../generate.ts'
import { allAfter, after, dvc, program, restage } from '../programs.ts'
import { eventsFile, listRuns } from '../../../src/store/run-files.ts'
import { checkout } from '../../rig/peers.ts'
import type { Command, Stopwatch } from '../stopwatch.ts'

/** First runs, with everything on: DVC's locks, run cache, ignore lines, durable records. */
export const runCases: readonly BenchCase[] = [
  run('run-200', 200, { quick: true, withDvc: true, goals: [{ against: 'dvc repro', of: 'cpu', atLeast: 120 }] }),
  run('run-1k', 1000, {
    quick: true,
    withDvc: 'unless quick',
    goals: [
      { against: 'make -j2', of: 'wall', atMost: 2 },
      { against: 'spawn', of: 'wall', atMost: 3.5 },
      { against: 'dvc repro', of: 'wall', atLeast: 600 },
    ],
  }),
  run('run-10k', 10_000, { quick: false, goals: [{ against: 'own run-1k, ten times', of: 'wall', atMost: 1.15 }] }),
  run('run-chain-1k', 1000, { quick: false, shape: 'chain', goals: [{ against: 'make -j2', of: 'wall', atMost: 2 }] }),
  {
    name: 'events',
    says: 'first run of 1,000 stages by the library, with its history and without',
    quick: false,
    prepare: prepareEvents,
  },
  {
    name: 'run-heap',
    says: 'run-1k while 1 GB of objects lives in our memory',
    quick: false,
    prepare: prepareHeap,
  },
  {
    name: 'run-j2-efficiency',
    says: '`run -j2` of 200 stages that each compute for 50 ms',
    quick: false,
    prepare: prepareEfficiency,
  },
]

interface RunSetup {
  readonly quick: boolean
  readonly goals: readonly Goal[]
  readonly shape?: Shape
  readonly withDvc?: boolean | 'unless quick'
}

function run(
  name: string,
  count: number,
  { quick, goals, shape = 'independent', withDvc = false }: RunSetup,
): BenchCase {
  return {
    name,
    says: `first \`run -j2\` of ${count.toLocaleString('en')} ${shape === 'chain' ? 'stages in a chain' : 'stages'}`,
    quick,
    prepare: async (place) => {
      const isWithDvc = withDvc === true || (withDvc === 'unless quick' && !place.quick)
      return await prepare(place, { count, shape, goals, isWithDvc })
    },
  }
}

async function prepare(
  { folder, stopwatch }: Place,
  { count, shape, goals, isWithDvc }: { count: number; shape: Shape; goals: readonly Goal[]; isWithDvc: boolean },
): Promise<Contest> {
  makeStages(folder, count, shape)
  makeRivals(folder, count, shape)
  const forget = (): void => forgetRuns(folder)
  const ours = after(forget, restage(folder, 'run', '-j2'))
  await stopwatch.measure(ours)
  for (const command of Object.values(dvc(folder, 'check', 'status', '-q'))) await stopwatch.measure(command)
  const spawn: Command = { argv: ['/bin/sh', '-c', 'echo $0 > o/$0'], cwd: folder, times: count, atOnce: 2 }
  const peers = allAfter(forget, {
    ...program(folder, 'make -j2', 'make', '-j2'),
    ...program(folder, 'ninja -j2', 'ninja', '-j2'),
    spawn,
    ...(isWithDvc ? dvc(folder, 'dvc repro', 'repro') : {}),
  })
  return { ours, peers: count === 10_000 ? { ...peers, ...tenth(folder) } : peers, goals }
}

async function prepareEvents({ folder, stopwatch }: Place): Promise<Contest> {
  makeStages(folder, 1000, 'independent')
  const forget = (): void => forgetRuns(folder)
  const [ours, without] = ['with', 'without'].map((how) =>
    after(forget, { argv: [process.execPath, join(checkout, '.cache/bench/library-run.js'), how], cwd: folder }),
  )
  await stopwatch.measure(ours!)
  if (!hasHistory(folder)) throw new Error('The run left no history')
  await stopwatch.measure(without!)
  if (hasHistory(folder)) throw new Error('The run without history left one')
  return {
    ours: ours!,
    peers: { 'without history': without! },
    goals: [
      { against: 'without history', of: 'cpu', atMost: 1.1 },
      { against: 'without history', of: 'wall', atMost: 1.1 },
    ],
  }
}

function hasHistory(folder: string): boolean {
  return listRuns(folder).some((run) => existsSync(eventsFile(folder, run)))
}

// The peer makes the same objects too, in a process of its own, so that only what the run costs more is left.
async function prepareHeap({ folder, stopwatch }: Place): Promise<Contest> {
  makeStages(folder, 1000, 'independent')
  const fill = join(folder, '.git/fill.cjs')
  writeFileSync(fill, 'globalThis.heap = Array.from({ length: 9e6 }, (_, i) => ({ a: i + 0.5, b: [i] }))\n')
  const { argv } = restage(folder, 'run', '-j2')
  const [node, ...args] = argv
  const withHeap = [node!, '--max-old-space-size=4000', '-r', fill]
  const ours = after(() => forgetRuns(folder), { argv: [...withHeap, ...args], cwd: folder })
  await stopwatch.measure(ours)
  const line = '"$1" "$2" "$3" "$4" -e 0 && shift 4 && exec "$@"'
  const apart = { argv: ['/bin/sh', '-c', line, 'sh', ...withHeap, ...argv], cwd: folder }
  return {
    ours,
    peers: allAfter(() => forgetRuns(folder), { 'objects and run apart': apart }),
    goals: [{ against: 'objects and run apart', of: 'wall', atMost: 1.2 }],
  }
}

// What each stage computes is the same number of rounds, so the ideal is all of them in half the time that one process
// needs for them.
async function prepareEfficiency({ folder, stopwatch }: Place): Promise<Contest> {
  const rounds = await roundsOf(folder, stopwatch, 0.05)
  const spin = (times: number): string => `i=0; while [ $i -lt ${times} ]; do i=$((i+1)); done`
  const stages = Array.from(
    { length: 200 },
    (_, number) => `  s${number}: {cmd: '${spin(rounds)}; echo > o/${number}', outs: [o/${number}]}\n`,
  )
  makeProject(folder, { 'dvc.yaml': `stages:\n${stages.join('')}` })
  mkdirSync(join(folder, 'o'))
  const ours = after(() => forgetRuns(folder), restage(folder, 'run', '-j2'))
  await stopwatch.measure(ours)
  const half = { argv: ['/bin/sh', '-c', spin(rounds)], cwd: folder, times: 200, atOnce: 2 }
  return {
    ours,
    peers: { 'bare, two at a time': half },
    goals: [{ against: 'bare, two at a time', of: 'wall', atMost: 1.03 }],
  }
}

async function roundsOf(folder: string, stopwatch: Stopwatch, seconds: number): Promise<number> {
  const trial = 1_000_000
  const argv = ['/bin/sh', '-c', `i=0; while [ $i -lt ${trial} ]; do i=$((i+1)); done`]
  const { cpu } = await stopwatch.measure({ argv, cwd: folder })
  return Math.round((trial * seconds) / cpu)
}

// A tenth of the stages, run ten times: what each stage would cost if nothing grew with their number.
function tenth(folder: string): Readonly<Record<string, Command>> {
  const small = join(folder, 'tenth')
  mkdirSync(small)
  makeStages(small, 1000, 'independent')
  const { argv } = restage(small, 'run', '-j2')
  const aside =
    'old=$(mktemp -d .git/old-XXXXXX) && for left in o dvc.lock .dvc/cache .dvc/tmp .restage; do mv $left $old/; done'
  const line = `for i in 0 1 2 3 4 5 6 7 8 9; do "$@" || exit 1; ${aside}; mkdir o; done`
  return { 'own run-1k, ten times': { argv: ['/bin/sh', '-c', line, 'sh', ...argv], cwd: small } }
}
