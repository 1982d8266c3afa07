import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import type { Difference } from '../rig/fuzz/differences.ts'
import { FuzzBench } from '../rig/fuzz/fuzz-bench.ts'
import { anyHistory, type History } from '../rig/fuzz/history.ts'
import { anyProject, type ProjectFiles } from '../rig/fuzz/project.ts'
import { tally } from '../rig/tally.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const isLong = process.env['RESTAGE_LONG'] !== undefined
const chunks = Number(process.env['RESTAGE_FUZZ_CHUNKS'] ?? (isLong ? 200 : 5))
const runChunks = Number(process.env['RESTAGE_FUZZ_RUN_CHUNKS'] ?? (isLong ? 100 : 3))
/** Where to go on with the histories. */
const firstRunChunk = Number(process.env['RESTAGE_FUZZ_RUN_FROM'] ?? 0)

const casesFolder = join(import.meta.dirname, 'fuzz-cases')

liveTest(
  'projects in which we once differed, or differ deliberately, are judged as is written of them',
  async (dvc) => {
    await using bench = new FuzzBench(dvc)
    for (const name of readdirSync(casesFolder)) {
      const { isDeliberate, files } = readCase(readFileSync(join(casesFolder, name), 'utf8'))
      expect({ name, differs: (await bench.compareAllViews(files)).length > 0 }).toEqual({
        name,
        differs: isDeliberate,
      })
      expect({ name, unlisted: await bench.compareViews(files) }).toEqual({ name, unlisted: [] })
    }
  },
)

liveTest(
  'random projects are read, resolved, joined and judged as by DVC',
  async (dvc, context) => {
    await using bench = new FuzzBench(dvc)
    const compare = (files: ProjectFiles): Promise<readonly Difference[]> => bench.compareViews(files)
    const found = await search(anyProject, compare, (files) => files, { first: 0, chunks, perChunk: 100 })
    const accepted = `DVC accepts ${bench.accepted}`
    tally(
      context,
      `Fuzz, views: ${found.length} unlisted differences in ${chunks * 100} random projects (seed ${seed}; ${accepted})`,
    )
    expect(found).toEqual([])
  },
  3 * 3_600_000,
)

liveTest(
  'random projects are left by run after run as DVC leaves them',
  async (dvc, context) => {
    await using bench = new FuzzBench(dvc)
    const compare = async (history: History): Promise<readonly Difference[]> => {
      fc.pre(await bench.isSound(history.files))
      return await bench.compareRuns(history)
    }
    const amount = { first: firstRunChunk, chunks: runChunks, perChunk: 20 }
    const found = await search(anyHistory, compare, ({ files }) => files, amount)
    tally(
      context,
      `Fuzz, runs: ${found.length} unlisted differences in ${runChunks * 20} random histories (seed ${seed}; ${bench.runs} runs compared)`,
    )
    expect(found).toEqual([])
  },
  3 * 3_600_000,
)

/** A case is told by its first line, then come its files: `=== alike: …` or `=== deliberate: …`, `--- path`, its text. */
function readCase(text: string): { readonly isDeliberate: boolean; readonly files: ProjectFiles } {
  const [title, ...parts] = text.split(/^--- /m)
  const files = parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)] as const)
  return {
    isDeliberate: title!.startsWith('=== deliberate: '),
    files: { '.dvc/config': '[core]\n    no_scm = true\n', ...Object.fromEntries(files) },
  }
}

/** Goes through chunks of samples; of each chunk the first difference, shrunk and shown as a person reads it. */
async function search<T>(
  samples: fc.Arbitrary<T>,
  compare: (sample: T) => Promise<readonly Difference[]>,
  filesOf: (sample: T) => ProjectFiles,
  amount: { readonly first: number; readonly chunks: number; readonly perChunk: number },
): Promise<readonly string[]> {
  const found: string[] = []
  for (let chunk = amount.first; chunk < amount.first + amount.chunks; chunk++) {
    const property = fc.asyncProperty(samples, async (sample) => {
      expect(await compare(sample)).toEqual([])
    })
    const result = await fc.check(property, { numRuns: amount.perChunk, seed: seed * 100_000 + chunk })
    if (isLong && chunk % 10 === 9) process.stdout.write(`after chunk ${chunk}: ${found.length} differences\n`)
    if (!result.failed) continue
    const [sample] = result.counterexample!
    found.push(shown(filesOf(sample), await compare(sample)))
    if (isLong) process.stdout.write(`chunk ${chunk}: ${found.at(-1)}\n`)
  }
  return found
}

/** A project as a person reads it: what matters of its files, and what is made of it. */
function shown(files: ProjectFiles, differences: readonly object[]): string {
  const dull = ['in.txt', 'data/x', 'data/y', '.dvc/config', 'ignored.log', 'sub/in.txt']
  const texts = Object.entries(files)
    .filter(([path]) => !dull.includes(path))
    .map(([path, content]) => `--- ${path}\n${content}${content.endsWith('\n') ? '' : '\n'}`)
  return `${texts.join('')}=== ${JSON.stringify(differences, undefined, 1)}`
}
