import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { itemRecord } from '../../src/cache/item-record.ts'
import { openWorkspace, type Workspace } from '../../src/cache/workspace.ts'
import type { Project } from '../../src/model/project.ts'
import type { Out, Stage, StageId } from '../../src/model/stage.ts'
import type { DvcConfig } from '../../src/project/dvc-config.ts'
import { openIgnoreRules } from '../../src/project/ignore/ignore-rules.ts'
import { readTrackedParams } from '../../src/project/params/read-tracked-params.ts'
import type { ItemRecord, StageRecord } from '../../src/project/record.ts'
import { toLockEntry } from '../../src/project/lock/lock-entry.ts'
import { makeStage, type StageSketch } from './make-stage.ts'

/** A project folder with a cache, for tests of single stages: no loading, no commands, no git. */
export class Bench implements AsyncDisposable {
  readonly root: string
  readonly workspace: Workspace
  readonly config: DvcConfig
  readonly records = new Map<StageId, StageRecord>()

  constructor(root: string, workspace: Workspace, config: DvcConfig) {
    this.root = root
    this.workspace = workspace
    this.config = config
  }

  stage(sketch: StageSketch, overrides: Partial<Stage> = {}): Stage {
    return makeStage(sketch, overrides, this.root)
  }

  project(stages: readonly Stage[]): Project {
    return { root: this.root, config: this.config, stages, records: this.records, problems: [] }
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true })
      writeFileSync(join(this.root, path), text)
    }
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true })
  }

  /** Records stages as if each had just run: its entry, its outs in the cache, and an entry in the run cache. */
  async commit(...stages: readonly Stage[]): Promise<void> {
    for (const stage of stages) {
      const outs = await Promise.all(stage.outs.map((out) => this.#store(out)))
      const record = { cmd: stage.cmd, ...(await this.#inputs(stage)), outs, definitionMd5: stage.definitionMd5 }
      this.records.set(stage.id, record)
      if (stage.kind === 'pipeline') await this.workspace.runCache.save(toLockEntry(record))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]()
    rmSync(this.root, { recursive: true, force: true })
  }

  async #inputs(stage: Stage): Promise<Pick<StageRecord, 'deps' | 'params'>> {
    const deps: ItemRecord[] = []
    const params = new Map<string, StageRecord['params'] extends ReadonlyMap<string, infer V> ? V : never>()
    for (const dep of stage.deps) {
      if (dep.kind === 'file') deps.push(await this.#hash(dep.path, dep.target))
      if (dep.kind !== 'params') continue
      const read = readTrackedParams(dep.target, dep.keys, dep.path)
      if (!read.ok) throw new Error(JSON.stringify(read.problems))
      params.set(dep.path, read.value.values)
    }
    return { deps, params }
  }

  async #store(out: Out): Promise<ItemRecord> {
    const hash = await this.workspace.hash(out.target, 'md5')
    if (!hash.ok) throw new Error(JSON.stringify(hash.problems))
    const stored = await this.workspace.storeOut(out, hash.value)
    if (!stored.ok) throw new Error(JSON.stringify(stored.problems))
    return itemRecord(out.path, hash.value)
  }

  async #hash(path: string, target: string): Promise<ItemRecord> {
    const hash = await this.workspace.hash(target, 'md5')
    if (!hash.ok) throw new Error(JSON.stringify(hash.problems))
    return itemRecord(path, hash.value)
  }
}

export async function openBench(): Promise<Bench> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'restage-bench-')))
  const config: DvcConfig = {
    noScm: true,
    autostage: false,
    hardlinkLock: false,
    interactive: false,
    defaultRemote: undefined,
    cacheDir: join(root, '.dvc/cache'),
    cacheTypes: ['copy'],
    cacheShared: undefined,
    parsing: { bool: 'store_true', list: 'nargs' },
    remotes: new Map(),
  }
  return new Bench(root, await openWorkspace({ root, config, ignore: openIgnoreRules(root) }), config)
}
