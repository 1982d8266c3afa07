import { existsSync, statSync } from 'node:fs'
import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A project made up by chance, and a way to change it; the same seed gives the same project and the same changes. */
export interface RandomProject {
  fill(root: string): Promise<void>
  /** Changes each of `roots`, which are alike, in the same way; tells what was changed. */
  change(roots: readonly string[], workspaceFiles: readonly string[]): Promise<string>
}

interface RandomStage {
  cmd?: string | string[]
  deps?: string[]
  params?: unknown[]
  outs?: unknown[]
  metrics?: unknown[]
  always_changed?: boolean
  foreach?: unknown
  do?: RandomStage
}

const sources = ['one.txt', 'two.txt', 'data/raw.txt']

export function randomProject(seed: number): RandomProject {
  const chance = new Chance(seed)
  const linkTypes = chance.maybe(0.3) ? chance.pick(['hardlink', 'symlink', 'copy', '"hardlink,copy"']) : undefined
  // Where workspace and cache share a file, DVC's own checks take an executable bit away and give it back by turns.
  const stages = randomStages(chance, linkTypes === undefined || linkTypes === 'copy')
  const params = randomParams(chance)
  return {
    async fill(root) {
      await mkdir(join(root, 'data'))
      await mkdir(join(root, '.dvc'))
      if (linkTypes !== undefined) await writeFile(join(root, '.dvc/config'), `[cache]\n    type = ${linkTypes}\n`)
      await writeFile(join(root, 'dvc.yaml'), JSON.stringify({ stages }))
      await writeFile(join(root, 'params.yaml'), JSON.stringify(params))
      await writeFile(join(root, 'other.json'), '{"q": [1, 2.0, null]}')
      for (const source of sources) await writeFile(join(root, source), `${source}\n`)
    },
    async change(roots, workspaceFiles) {
      const [name, change] = randomChange(chance, { stages, params, outs: workspaceFiles.filter(isOut) })
      for (const root of roots) await change(root)
      return name
    },
  }
}

// Numbers below 1 from a seed (mulberry32); the tests must not depend on Math.random.
class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  maybe(share: number): boolean {
    return this.next() < share
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)]!
  }

  some<T>(items: readonly T[], most: number): readonly T[] {
    return items.filter(() => this.maybe(0.5)).slice(0, most)
  }
}

interface RandomOut {
  readonly path: string
  readonly isFolder: boolean
  readonly isExecutable: boolean
}

function randomStages(chance: Chance, executables: boolean): Record<string, RandomStage> {
  const stages: Record<string, RandomStage> = {}
  const made: RandomOut[] = []
  const count = chance.between(2, 6)
  for (let index = 0; index < count; index++) {
    const name = `s${index}`
    const outs = ['', '_b']
      .slice(0, chance.between(1, 2))
      .map((suffix) => randomOut(chance, `${name}${suffix}`, executables))
    stages[name] = randomStage(chance, name, made, outs)
    made.push(...outs)
  }
  if (chance.maybe(0.4)) stages['family'] = randomFamily(chance)
  return stages
}

function randomOut(chance: Chance, name: string, executables: boolean): RandomOut {
  const isFolder = chance.maybe(0.35)
  const path = chance.maybe(0.5) ? `out/${name}` : `${name}.made`
  return { path, isFolder, isExecutable: executables && !isFolder && chance.maybe(0.2) }
}

function randomStage(
  chance: Chance,
  name: string,
  made: readonly RandomOut[],
  outs: readonly RandomOut[],
): RandomStage {
  const upstream = chance
    .some(made, 2)
    .map((out) => (out.isFolder && chance.maybe(0.5) ? `${out.path}/x.txt` : out.path))
  const deps = [...upstream, ...chance.some(sources, 2)]
  const commands = outs.map((out) => makeOut(name, deps, out))
  const cmd = chance.pick([commands.join(' && '), commands, `${commands.join('\n')}\n`])
  const stage: RandomStage = { cmd, deps }
  if (chance.maybe(0.4)) stage.params = [...chance.some(['a', 'b.c', 'b.d', 'e'], 2), 'a']
  if (chance.maybe(0.15)) stage.params = [...(stage.params ?? []), { 'other.json': ['q'] }]
  for (const out of outs) {
    const isMetric = !out.isFolder && chance.maybe(0.15)
    ;(isMetric ? (stage.metrics ??= []) : (stage.outs ??= [])).push(withFlags(chance, out.path))
  }
  if (chance.maybe(0.08)) stage.always_changed = true
  return stage
}

function makeOut(name: string, deps: readonly string[], { path, isFolder, isExecutable }: RandomOut): string {
  const inputs = deps.map((dep) => `find ${dep} -type f | sort | xargs cat`).join('; ')
  if (isFolder)
    return `mkdir -p ${path}/sub && (echo ${name}; ${inputs || 'true'}) > ${path}/x.txt && echo s > ${path}/sub/y`
  const executable = isExecutable ? ` && chmod +x ${path}` : ''
  return `mkdir -p out && (echo ${name}; ${inputs || 'true'}) > ${path}${executable}`
}

function withFlags(chance: Chance, path: string): unknown {
  const flags = { ...(chance.maybe(0.15) ? { cache: false } : {}), ...(chance.maybe(0.1) ? { persist: true } : {}) }
  return Object.keys(flags).length === 0 ? path : { [path]: flags }
}

function randomFamily(chance: Chance): RandomStage {
  return {
    foreach: chance.pick<unknown>([['p', 'q'], { m: 1, n: 2 }]),
    do: { cmd: 'cat one.txt > family_${item}.made', outs: ['family_${item}.made'], deps: ['one.txt'] },
  }
}

function randomParams(chance: Chance): Record<string, unknown> {
  return {
    a: chance.pick<unknown>([1, 1.5, 'x', true, null, [1, 2], { k: 1 }]),
    b: { c: chance.pick<unknown>([1e-5, 3, 'y: z']), d: "it's" },
    e: 'long '.repeat(chance.between(1, 30)),
  }
}

interface Changeable {
  readonly stages: Record<string, RandomStage>
  readonly params: Record<string, unknown>
  readonly outs: readonly string[]
}

type RootChange = (root: string) => Promise<void>

function randomChange(chance: Chance, { stages, params, outs }: Changeable): readonly [string, RootChange] {
  const out = outs.length === 0 ? 'one.txt' : chance.pick(outs)
  const source = chance.pick(sources)
  const number = chance.between(5, 99)
  return chance.pick<readonly [string, RootChange]>([
    ['nothing', async () => undefined],
    [`${source} edited`, (root) => appendFile(join(root, source), String(number))],
    ['a param changed', (root) => writeFile(join(root, 'params.yaml'), JSON.stringify({ ...params, a: number }))],
    [`${out} edited`, (root) => edit(join(root, out))],
    [`${out} removed`, (root) => rm(join(root, out), { force: true, recursive: true })],
    ['the lock removed', (root) => rm(join(root, 'dvc.lock'), { force: true })],
    ['the objects removed', (root) => rm(join(root, '.dvc/cache/files'), { force: true, recursive: true })],
    ['a command changed', changeCommand(stages, chance)],
  ])
}

// Only if it is chosen, and then once for all roots.
function changeCommand(stages: Record<string, RandomStage>, chance: Chance): RootChange {
  const name = chance.pick(Object.keys(stages))
  const number = chance.between(5, 99)
  let text: string | undefined
  return (root) => {
    const stage = stages[name]!
    if (text === undefined && typeof stage.cmd === 'string') stage.cmd = `${stage.cmd.trimEnd()} && echo ${number}`
    text ??= JSON.stringify({ stages })
    return writeFile(join(root, 'dvc.yaml'), text)
  }
}

async function edit(path: string): Promise<void> {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) return writeFile(join(path, 'added'), 'added')
  await chmod(path, 0o644)
  await appendFile(path, 'edited')
}

function isOut(path: string): boolean {
  return path.startsWith('out/') || path.includes('.made')
}
