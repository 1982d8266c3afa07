import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Files that people edit. */
export const sources = ['in0.txt', 'in1.txt', 'in2.txt'] as const
export const addedFile = 'extra.txt'
export const paramNames = ['a', 'b'] as const

export interface ChaosStage {
  readonly out: string
  readonly isFolder?: true
  readonly deps: readonly string[]
  readonly param?: (typeof paramNames)[number]
}

/** Two levels that share inputs, a stage that joins them, and some that stand alone. */
export const stages: Readonly<Record<string, ChaosStage>> = {
  p0: { out: 'out/p0.txt', deps: ['in0.txt'], param: 'a' },
  p1: { out: 'out/p1', isFolder: true, deps: ['in1.txt'] },
  p2: { out: 'p2.txt', deps: ['in2.txt'], param: 'b' },
  q0: { out: 'q0.txt', deps: ['out/p0.txt', 'out/p1/x.txt'] },
  q1: { out: 'out/q1.txt', deps: ['p2.txt', addedFile] },
  r: { out: 'r.txt', deps: ['q0.txt', 'out/q1.txt'] },
  s0: { out: 'out/s0.txt', deps: ['in0.txt'] },
  s1: { out: 's1', isFolder: true, deps: ['in2.txt'], param: 'a' },
}

// Each result tells what its command read: the digest of each dep, and the param. So a record can be compared with what
// really happened, whoever made it.
const make = `out=$1 folder=$2 param=$3; shift 3
tell() {
  for dep; do echo "$dep $(md5sum < "$dep" | cut -c1-32)"; done
  if [ "$param" != - ]; then grep "^$param:" params.yaml; fi
}
text=$(tell "$@") || exit 3
sleep 0.$(($$ % 3))
if [ "$folder" = yes ]; then mkdir -p "$out"; echo fixed > "$out/y.txt"; out=$out/x.txt; fi
mkdir -p out; echo "$text" > "$out"
`

/** Fills an empty folder. */
export async function fillChaosProject(root: string, hardlinkLock: boolean): Promise<void> {
  await mkdir(join(root, '.dvc'))
  if (hardlinkLock) await writeFile(join(root, '.dvc/config'), '[core]\n    hardlink_lock = true\n')
  await mkdir(join(root, 'out'))
  await writeFile(join(root, 'make.sh'), make)
  await writeFile(join(root, 'dvc.yaml'), stringify({ stages: mapValues(stages, definition) }))
  await writeFile(join(root, 'params.yaml'), 'a: 0\nb: 0\n')
  await writeFile(join(root, '.gitignore'), '# kept\n/never-lost\n')
  for (const file of [...sources, addedFile]) await writeFile(join(root, file), `${file} 0\n`)
}

function definition({ out, isFolder, deps, param }: ChaosStage): object {
  return {
    cmd: ['sh make.sh', out, isFolder ? 'yes' : 'no', param ?? '-', ...deps].join(' '),
    deps,
    ...(param === undefined ? {} : { params: [param] }),
    outs: [out],
  }
}

/** The file of a stage's result that tells what its command read. */
export function toldFile({ out, isFolder }: ChaosStage): string {
  return isFolder ? `${out}/x.txt` : out
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
