import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchCase, Contest, Goal, Place } from '../contest.ts'
import { makeStages, moveAside } from '../generate.ts'
import { after, dvc, restage } from '../programs.ts'
import { checkStatus, recordStages } from './noop.ts'

const count = 10_000

/** Reading a project of 10,000 stages: with the index that the call before has left, as people call it all day, and without. */
export const readCases: readonly BenchCase[] = [
  {
    name: 'parse-10k',
    says: 'list the stages of 10,000',
    quick: true,
    prepare: (place) => readContest(place, ['stages'], ['stage', 'list'], { atLeast: 60 }),
  },
  {
    name: 'parse-10k-cold',
    says: 'the same, read for the first time',
    quick: false,
    prepare: async (place) => {
      const contest = await readContest(place, ['stages'], ['stage', 'list'], { atLeast: 8 })
      return { ...contest, ours: after(() => moveAside(place.folder, ['.restage']), contest.ours) }
    },
  },
  {
    name: 'dag-10k',
    says: 'DOT of 10,000 stages',
    quick: true,
    prepare: (place) => readContest(place, ['dag', '--dot'], ['dag', '--dot'], { atLeast: 60 }),
  },
  {
    name: 'mem-10k',
    says: 'memory of `status` with 10,000 stages, nothing changed',
    quick: true,
    prepare: memory,
  },
  {
    name: 'mem-10k-changed',
    says: 'the same with one output changed',
    quick: false,
    prepare: async (place) => {
      const contest = await memory(place)
      writeFileSync(join(place.folder, 'o/0'), 'changed\n')
      await checkStatus(place, 'changed')
      return contest
    },
  },
]

async function readContest(
  place: Place,
  ours: readonly string[],
  theirs: readonly string[],
  goal: Pick<Goal, 'atLeast'>,
): Promise<Contest> {
  const { folder } = place
  makeStages(folder, count, 'independent')
  const name = `dvc ${theirs.join(' ')}`
  const command = restage(folder, ...ours)
  await checkNames(place, command)
  return { ours: command, peers: dvc(folder, name, ...theirs), goals: [{ against: name, of: 'cpu', ...goal }] }
}

// This call also leaves the index.
async function checkNames({ folder, stopwatch }: Place, command: Contest['ours']): Promise<void> {
  const stdout = join(folder, '.git/said')
  await stopwatch.measure({ ...command, stdout })
  const names = new Set(readFileSync(stdout, 'utf8').match(/\bs\d+\b/g))
  if (names.size !== count) throw new Error(`${names.size} of ${count} stages were named`)
}

async function memory(place: Place): Promise<Contest> {
  await recordStages(place, count)
  await checkStatus(place, 'up to date')
  const ours = restage(place.folder, 'status')
  // What it says is kept.
  await place.stopwatch.measure(ours)
  return {
    ours,
    peers: dvc(place.folder, 'dvc status', 'status'),
    goals: [{ against: 'dvc status', of: 'memory', atMost: 0.6 }],
  }
}
