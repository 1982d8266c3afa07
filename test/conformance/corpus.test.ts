import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { StageDescription } from '../../src/cli/actions/stages.ts'
import { corpus, corpusTest } from '../rig/corpus.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'

/** What DVC made of one project; paths are relative to the project's folder. */
interface Expected {
  readonly load: Readonly<Record<string, { readonly loads: boolean }>>
  readonly stage_names: readonly string[]
  /** The first 200. */
  readonly stages: readonly ExpectedStage[]
}

interface ExpectedStage {
  readonly file: string
  readonly name: string
  readonly cmd: string | readonly string[]
  readonly wdir: string
  readonly deps: readonly string[]
  readonly params: Readonly<Record<string, readonly string[]>>
  readonly outs: readonly object[]
}

const share = { equal: 0, loaded: 0, equalOfRefused: 0, refused: 0 }

for (const name of projectNames()) {
  corpusTest(`${name}: stages are what DVC makes of it`, async (folder) => {
    const expected = JSON.parse(readFileSync(join(folder, '_expected', `${name}.json`), 'utf8')) as Expected
    await using rig = await openCopy(join(folder, name), Object.keys(expected.load))
    for (const [root, { loads }] of Object.entries(expected.load)) {
      const { stages, problems } = await stagesOf(rig, root)
      const wanted = expected.stages.filter((stage) => rootOf(stage.file, expected) === root)
      const differing = wanted.filter((stage) => !isAmong(stages, stage))
      count(wanted.length, differing.length, loads)
      if (!loads) {
        expect(problems).not.toEqual([])
        continue
      }
      const names = expected.stage_names.filter((stage) => rootOf(stage, expected) === root)
      expect(stages.map(({ file, name }) => `${file}:${name}`).toSorted()).toEqual(names.toSorted())
      expect(problems).toEqual([])
      expect(differing).toEqual([])
    }
  })
}

afterAll(() => {
  if (share.loaded === 0) return
  const { equal, loaded, equalOfRefused, refused } = share
  console.log(
    `Corpus: ${percent(equal, loaded)} of the stages in roots that DVC loads are equal (${equal} of ${loaded})`,
  )
  console.log(`Corpus: ${equalOfRefused} of ${refused} stages in roots that DVC refuses`)
})

// One test stands for all where there is no corpus, so that it is told what did not run.
function projectNames(): readonly string[] {
  if (corpus === undefined) return ['every project']
  return readdirSync(join(corpus, '_expected')).map((file) => basename(file, '.json'))
}

async function openCopy(project: string, roots: readonly string[]): Promise<Rig> {
  return await openProject(async (copy) => {
    await cp(project, copy, { recursive: true, verbatimSymlinks: true })
    for (const root of roots) await mkdir(join(copy, root, '.dvc'), { recursive: true })
  })
}

interface Listing {
  readonly stages: readonly ExpectedStage[]
  /** Codes of the errors. */
  readonly problems: readonly string[]
}

/** What `restage stages --json` says of one root, with paths relative to the project's folder. */
async function stagesOf(rig: Rig, root: string): Promise<Listing> {
  const { stdout } = await rig.cli(['stages', '--json'], { cwd: root }).result
  const listing = JSON.parse(stdout) as {
    readonly stages: readonly StageDescription[]
    readonly problems: readonly { readonly code: string; readonly severity: string }[]
  }
  return {
    stages: listing.stages.map((stage) => fromRoot(stage, root)),
    problems: listing.problems.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  }
}

function fromRoot({ file, name, cmd, wdir, deps, params, outs }: StageDescription, root: string): ExpectedStage {
  const within = (path: string): string => posix.join(root, path)
  return {
    file: within(file),
    name,
    cmd: cmd ?? '',
    wdir: within(wdir),
    deps,
    params: Object.fromEntries(Object.entries(params).map(([path, keys]) => [within(path), keys])),
    outs: outs.map(({ path, ...flags }) => ({ path, ...unusual(flags) })),
  }
}

// The corpus names a flag only where it is not what it is by default.
function unusual(flags: Readonly<Record<string, string | boolean>>): object {
  const usual: Readonly<Record<string, boolean>> = { cache: true, push: true }
  return Object.fromEntries(Object.entries(flags).filter(([flag, value]) => value !== (usual[flag] ?? false)))
}

/** The innermost root around a file. */
function rootOf(file: string, { load }: Expected): string {
  const around = Object.keys(load).filter((root) => root === '.' || file.startsWith(`${root}/`))
  return around.toSorted((a, b) => b.length - a.length)[0] ?? '.'
}

function isAmong(stages: readonly ExpectedStage[], wanted: ExpectedStage): boolean {
  const found = stages.find(({ file, name }) => file === wanted.file && name === wanted.name)
  return found !== undefined && canonical(found) === canonical(wanted)
}

function canonical({ cmd, wdir, deps, params, outs }: ExpectedStage): string {
  const sorted = outs.map((out) => Object.entries(out).toSorted())
  return JSON.stringify([cmd, wdir, deps, Object.entries(params).toSorted(), sorted])
}

function count(wanted: number, differing: number, loads: boolean): void {
  if (loads) {
    share.loaded += wanted
    share.equal += wanted - differing
  } else {
    share.refused += wanted
    share.equalOfRefused += wanted - differing
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`
}
