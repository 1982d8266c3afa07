import type { BenchCase, Contest, Place } from '../contest.ts'
import { makeStages } from '../generate.ts'
import { dvc, restage } from '../programs.ts'

/** Reading a project of 10,000 stages. */
export const readCases: readonly BenchCase[] = [
  {
    name: 'parse-10k',
    says: 'list the stages of 10,000',
    quick: true,
    prepare: ({ folder }) => readContest(folder, ['stages'], ['stage', 'list'], { atLeast: 60 }),
  },
  {
    name: 'dag-10k',
    says: 'DOT of 10,000 stages',
    quick: true,
    prepare: ({ folder }) => readContest(folder, ['dag', '--dot'], ['dag', '--dot'], { atLeast: 60 }),
  },
  { name: 'mem-10k', says: 'memory of `status` with 10,000 stages', quick: true, prepare: memory },
]

async function readContest(
  folder: string,
  ours: readonly string[],
  theirs: readonly string[],
  goal: { readonly atLeast: number },
): Promise<Contest> {
  makeStages(folder, 10_000, 'independent')
  const name = `dvc ${theirs.join(' ')}`
  return {
    ours: restage(folder, ...ours),
    peers: dvc(folder, name, ...theirs),
    goals: [{ against: name, of: 'cpu', ...goal }],
  }
}

async function memory({ folder }: Place): Promise<Contest> {
  makeStages(folder, 10_000, 'independent')
  return {
    ours: restage(folder, 'status'),
    peers: dvc(folder, 'dvc status', 'status'),
    goals: [{ against: 'dvc status', of: 'memory', atMost: 0.6 }],
  }
}
