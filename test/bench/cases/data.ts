import { join } from 'node:path'
import type { BenchCase, Contest, Goal, Place } from '../contest.ts'
import { makeFiles, makeProject, moveAside } from '../generate.ts'
import { after, allAfter, dvc, emptyNode, program, restage } from '../programs.ts'

/** The shapes of dvc-bench's data sets: how many files, of how many bytes. */
const shapes = {
  tiny: { count: 14, size: 1_300_000 },
  small: { count: 2226, size: 42_000 },
  mnist: { count: 70_000, size: 275 },
} as const

type ShapeName = keyof typeof shapes

/** Data without stages: what `dvc add`, `status` and `checkout` do. Ours of `add` is `commit`. */
export const dataCases: readonly BenchCase[] = [
  data('bench-add', 'store a new data set', 'mnist', add, 3, false),
  data('bench-add-small', 'store a new data set', 'small', add, 3, true),
  data('bench-status', 'status with nothing changed', 'mnist', status, 6, false),
  data('bench-status-tiny', 'status with nothing changed', 'tiny', status, 7, true),
  data('bench-checkout-hardlink', 'put a data set into the workspace by hard links', 'mnist', checkout, 3.5, false),
  data('bench-checkout-small', 'put a data set into the workspace by hard links', 'small', checkout, 3.5, true),
  {
    name: 'dir-1m',
    says: 'status of a stage that depends on a million files, none of which has changed',
    quick: false,
    prepare: async (place) => {
      makeProject(place.folder, { 'dvc.yaml': `stages:\n  s:\n    cmd: echo\n    deps: [data]\n` })
      makeFiles(join(place.folder, 'data'), 1_000_000, 8)
      await place.stopwatch.measure(restage(place.folder, 'run', '-q'))
      await place.stopwatch.measure(restage(place.folder, 'status', '--exit-code'))
      return {
        ours: restage(place.folder, 'status'),
        peers: { ...program(place.folder, 'find', 'find', 'data', '-printf', '%s'), ...emptyNode(place.folder) },
        goals: [
          { against: 'find', of: 'wall', atMost: 2.6 },
          // An empty Node needs about 45 MB, and 160 MB may come on top.
          { against: 'node', of: 'memory', atMost: 4.5 },
        ],
      }
    },
  },
]

function data(
  name: string,
  says: string,
  shape: ShapeName,
  prepare: (place: Place, goal: (against: string) => readonly Goal[]) => Promise<Contest>,
  atLeast: number,
  quick: boolean,
): BenchCase {
  return {
    name,
    says: `${says} (${shape}: ${shapes[shape].count.toLocaleString('en')} files)`,
    quick,
    prepare: async (place) => {
      makeProject(place.folder, { 'data.dvc': 'outs:\n- path: data\n' })
      makeFiles(join(place.folder, 'data'), shapes[shape].count, shapes[shape].size)
      return await prepare(place, (against) => [{ against, of: 'cpu', atLeast }])
    },
  }
}

async function add({ folder }: Place, goal: (against: string) => readonly Goal[]): Promise<Contest> {
  const forget = (): void => moveAside(folder, ['.dvc/cache', '.restage', '.dvc/tmp'])
  return {
    ours: after(forget, restage(folder, 'commit', '-f', 'data.dvc')),
    peers: allAfter(forget, dvc(folder, 'dvc add', 'add', '-q', 'data')),
    goals: goal('dvc add'),
  }
}

async function status({ folder, stopwatch }: Place, goal: (against: string) => readonly Goal[]): Promise<Contest> {
  await stopwatch.measure(restage(folder, 'commit', '-f', 'data.dvc'))
  await stopwatch.measure(restage(folder, 'status', '--exit-code'))
  const peers = dvc(folder, 'dvc status', 'status', '-q')
  // The first time DVC hashes everything; what is compared is a look at what is known.
  for (const command of Object.values(peers)) await stopwatch.measure(command)
  return { ours: restage(folder, 'status'), peers, goals: goal('dvc status') }
}

async function checkout({ folder, stopwatch }: Place, goal: (against: string) => readonly Goal[]): Promise<Contest> {
  await stopwatch.measure(restage(folder, 'commit', '-f', 'data.dvc'))
  makeProject(folder, { '.dvc/config': '[cache]\n    type = hardlink\n' })
  const forget = (): void => moveAside(folder, ['data'])
  return {
    ours: after(forget, restage(folder, 'checkout')),
    peers: allAfter(forget, dvc(folder, 'dvc checkout', 'checkout', '-q')),
    goals: goal('dvc checkout'),
  }
}
