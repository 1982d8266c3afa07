import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchCase, Contest, Goal, Place } from '../contest.ts'
import { forgetRuns, makeRivals, makeStages, type Shape } from '../generate.ts'
import { allAfter, after, dvc, program, restage } from '../programs.ts'
import type { Command } from '../stopwatch.ts'

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

// A tenth of the stages, run ten times: what each stage would cost if nothing grew with their number.
function tenth(folder: string): Readonly<Record<string, Command>> {
  const small = join(folder, 'tenth')
  mkdirSync(small)
  makeStages(small, 1000, 'independent')
  const { argv } = restage(small, 'run', '-j2')
  const line = `for i in 0 1 2 3 4 5 6 7 8 9; do rm -rf o dvc.lock .dvc/cache .dvc/tmp .restage && mkdir o && "$@" || exit 1; done`
  return { 'own run-1k, ten times': { argv: ['/bin/sh', '-c', line, 'sh', ...argv], cwd: small } }
}
