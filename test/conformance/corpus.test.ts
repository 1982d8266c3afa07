import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { expect } from 'vitest'
import type { StageDescription } from '../../src/cli/actions/stages.ts'
import { corpus, corpusTest } from '../rig/corpus.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { share, tally } from '../rig/tally.ts'

/** What DVC made of one project; paths are relative to the project's folder. */
interface Expected {
  readonly load: Readonly<Record<string, { readonly loads: boolean; readonly error?: string }>>
  readonly graph: Readonly<Record<string, { readonly stages: number; readonly edges: number; readonly depth: number }>>
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

// Why DVC refuses a root, and by which code we say the same.
const sameReasons: readonly (readonly [says: RegExp, code: string])[] = [
  [/dvc\.lock' validation failed/, 'LOCK_INVALID'],
  [/dvc\.lock' is git-ignored/, 'LOCK_GIT_IGNORED'],
  [/\.dvc' validation failed/, 'DATA_FILE_INVALID'],
  [/^YAMLValidationError/, 'SCHEMA_INVALID'],
  [/Could not find/, 'TEMPLATE_UNKNOWN_NAME'],
]

for (const name of projectNames()) {
  corpusTest(`${name}: stages are what DVC makes of it`, async (folder, context) => {
    const expected = JSON.parse(readFileSync(join(folder, '_expected', `${name}.json`), 'utf8')) as Expected
    await using rig = await openCopy(join(folder, name), Object.keys(expected.load))
    for (const [root, { loads, error }] of Object.entries(expected.load)) {
      const { stages, problems } = await stagesOf(rig, root)
      const wanted = expected.stages.filter((stage) => rootOf(stage.file, expected) === root)
      const names = expected.stage_names.filter((stage) => rootOf(stage, expected) === root)
      expect(stages.map(({ file, name }) => `${file}:${name}`).toSorted()).toEqual(names.toSorted())
      expect(wanted.filter((stage) => !isAmong(stages, stage))).toEqual([])
      const kind = loads ? 'roots that DVC loads' : 'roots that DVC refuses'
      share(context, `Corpus: listed stages equal in ${kind}`, { equal: wanted.length, of: wanted.length })
      if (loads) {
        expect(problems).toEqual([])
        if (stages.length > 0) expect(await graphOf(rig, root)).toMatchObject(figures(expected, root))
      } else {
        const [, code] = sameReasons.find(([says]) => says.test(error ?? '')) ?? []
        expect(problems).toContain(code)
        tally(context, `Corpus: ${name} (${root}) is refused as by DVC (${code}); ${stages.length} stages shown`)
      }
      share(context, `Corpus: ${kind} told alike`, { equal: 1, of: 1 })
    }
  })
}

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

/** How a root's stages hang together, data files left out. */
interface Figures {
  readonly stages: number
  readonly edges: number
  readonly depth: number
}

function figures({ graph }: Expected, root: string): Figures {
  const { stages, edges, depth } = graph[root] ?? { stages: 0, edges: 0, depth: 0 }
  return { stages, edges, depth }
}

async function graphOf(rig: Rig, root: string): Promise<Figures> {
  const { stdout } = await rig.cli(['dag', '--json'], { cwd: root }).result
  const dag = JSON.parse(stdout) as {
    readonly nodes: readonly string[]
    readonly edges: readonly { readonly from: string; readonly to: string }[]
  }
  const producers = new Map<string, string[]>()
  for (const node of dag.nodes) if (!node.endsWith('.dvc')) producers.set(node, [])
  const edges = dag.edges.filter(({ from, to }) => producers.has(from) && producers.has(to))
  for (const { from, to } of edges) producers.get(to)!.push(from)
  const nodes = [...producers.keys()]
  const depths = new Map<string, number>()
  const depthOf = (id: string): number => {
    const known = depths.get(id) ?? 1 + Math.max(0, ...(producers.get(id) ?? []).map(depthOf))
    depths.set(id, known)
    return known
  }
  return { stages: nodes.length, edges: edges.length, depth: Math.max(0, ...nodes.map(depthOf)) }
}
