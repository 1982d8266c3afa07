import type { BenchCase, Contest, Goal, Place } from '../contest.ts'
import { makeRivals, makeStages } from '../generate.ts'
import { dvc, emptyNode, program, restage } from '../programs.ts'

/** Nothing has changed. */
export const noopCases: readonly BenchCase[] = [
  noop(100, true, [{ against: 'dvc repro', of: 'wall', atLeast: 14 }]),
  noop(1000, true, [
    { against: 'dvc repro', of: 'wall', atLeast: 60 },
    { against: 'dvc status', of: 'wall', atLeast: 25 },
    { against: 'node', of: 'wall', atMost: 1.35 },
  ]),
  noop(10_000, false, [
    { against: 'dvc repro', of: 'cpu', atLeast: 250 },
    { against: 'dvc status', of: 'cpu', atLeast: 80 },
    { against: 'node', of: 'wall', atMost: 2.6 },
  ]),
]

function noop(count: number, quick: boolean, goals: readonly Goal[]): BenchCase {
  const name = count >= 1000 ? `noop-${count / 1000}k` : `noop-${count}`
  return {
    name,
    says: `\`run\` of ${count.toLocaleString('en')} stages with nothing to do`,
    quick,
    prepare: (place) => prepare(place, count, goals),
  }
}

async function prepare(place: Place, count: number, goals: readonly Goal[]): Promise<Contest> {
  const { folder, stopwatch } = place
  await recordStages(place, count)
  makeRivals(folder, count, 'independent')
  await stopwatch.measure({ ...program(folder, 'make', 'make', '-t')['make']!, cwd: folder })
  const peers = {
    ...dvc(folder, 'dvc repro', 'repro'),
    ...dvc(folder, 'dvc status', 'status'),
    ...program(folder, 'make -q', 'make', '-q'),
    ...emptyNode(folder),
  }
  // What is timed is a run that has nothing to do, for DVC and for us.
  await checkStatus(place, 'up to date')
  return { ours: restage(folder, 'run', '-j2'), peers, goals }
}

/** A project whose stages have run. */
export async function recordStages({ folder, stopwatch }: Place, count: number): Promise<void> {
  makeStages(folder, count, 'independent')
  await stopwatch.measure(restage(folder, 'run', '-j2'))
}

/** Throws unless DVC and we see the project so. */
export async function checkStatus({ folder, stopwatch }: Place, state: 'up to date' | 'changed'): Promise<void> {
  const [theirs, ours] = state === 'changed' ? [1, 2] : [0, 0]
  for (const command of Object.values(dvc(folder, 'check', 'status', '-q')))
    await stopwatch.measure({ ...command, exit: theirs })
  await stopwatch.measure({ ...restage(folder, 'status', '--exit-code'), exit: ours })
}
