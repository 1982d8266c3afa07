import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchCase, Contest, Place } from '../contest.ts'
import { makeFiles, makeProject } from '../generate.ts'
import { after, restage, shell } from '../programs.ts'

const mebibyte = 2 ** 20

/** Hashing a directory that nothing is known of: `status` of a stage that depends on it. */
export const hashCases: readonly BenchCase[] = [
  hash('hash-1x1g', 'one file of 1 GiB', 1, 1024 * mebibyte, { quick: false, atLeast: 0.98 }),
  hash('hash-2x1g', 'two files of 1 GiB', 2, 1024 * mebibyte, { quick: false, atLeast: 0.97 }),
  hash('hash-16x64m', '16 files of 64 MiB', 16, 64 * mebibyte, { quick: true, atLeast: 1.8 }),
  hash('hash-20k-32k', '20,000 files of 32 KiB', 20_000, 32_768, { quick: true, atLeast: 1.5 }),
  hash('hash-100k-4k', '100,000 files of 4 KiB', 100_000, 4096, { quick: false, atLeast: 1.25 }),
  hash('hash-mnist', '70,000 files of 275 bytes', 70_000, 275, { quick: false, atLeast: 0.9 }),
]

function hash(
  name: string,
  says: string,
  count: number,
  size: number,
  { quick, atLeast }: { readonly quick: boolean; readonly atLeast: number },
): BenchCase {
  return { name, says: `hash ${says}`, quick, prepare: (place) => prepare(place, count, size, atLeast) }
}

async function prepare({ folder }: Place, count: number, size: number, atLeast: number): Promise<Contest> {
  makeProject(folder, { 'dvc.yaml': 'stages:\n  s:\n    cmd: echo\n    deps: [d]\n' })
  makeFiles(join(folder, 'd'), count, size)
  const perCall = Math.max(1, Math.min(1000, Math.floor(count / 4)))
  const name = 'md5sum -P2'
  return {
    ours: after(() => rmSync(join(folder, '.restage'), { recursive: true, force: true }), restage(folder, 'status')),
    peers: { [name]: shell(folder, `find d -type f -print0 | xargs -0 -P2 -n ${perCall} md5sum`) },
    goals: [{ against: name, of: 'wall', atLeast }],
  }
}
