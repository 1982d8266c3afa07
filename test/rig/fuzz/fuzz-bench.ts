import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DvcServer } from '../dvc-server.ts'
import { callCli } from '../in-process-cli.ts'
import { type Snapshot, takeSnapshot } from '../snapshot.ts'
import { unexplained } from './departures.ts'
import { contentOf, type Difference, differencesBetween, differencesOfSnapshots } from './differences.ts'
import { applyHistoryChange, type History } from './history.ts'
import { lookOurselves, type OurView } from './our-view.ts'
import type { ProjectFiles } from './project.ts'

/** Compares random projects, one after the other. */
export class FuzzBench implements AsyncDisposable {
  readonly #folder: string
  readonly #server: DvcServer
  readonly #env: Readonly<Record<string, string>>
  #count = 0
  /** How many projects DVC accepted. */
  accepted = 0
  /** How many runs succeeded and were compared. */
  runs = 0

  constructor(dvc: string) {
    this.#folder = realpathSync(mkdtempSync(join(tmpdir(), 'restage-fuzz-')))
    const home = join(this.#folder, 'home')
    mkdirSync(home)
    this.#env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      DVC_NO_ANALYTICS: '1',
      DVC_SITE_CACHE_DIR: join(home, 'site'),
      DVC_GLOBAL_CONFIG_DIR: join(home, 'global'),
      DVC_SYSTEM_CONFIG_DIR: join(home, 'system'),
    }
    this.#server = new DvcServer(dvc, this.#env)
  }

  /** Reading, resolving, graph and status; without what is deliberate. */
  async compareViews(files: ProjectFiles): Promise<readonly Difference[]> {
    return unexplained(await this.compareAllViews(files), files, (changed) => this.compareAllViews(changed))
  }

  /** Reading, resolving, graph and status, deliberate differences included. */
  async compareAllViews(files: ProjectFiles): Promise<readonly Difference[]> {
    const root = this.#write(files)
    try {
      const pipelines = Object.keys(files).filter((path) => path === 'dvc.yaml' || path.endsWith('/dvc.yaml'))
      const [theirs, ours] = await Promise.all([this.#server.look(root, pipelines), lookOurselves(root)])
      if ('answer' in theirs && theirs.answer.graph.error === undefined) this.accepted++
      return differencesBetween(ours, theirs)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }

  /** What we make of a project. */
  async viewOf(files: ProjectFiles): Promise<OurView> {
    const root = this.#write(files)
    try {
      return await lookOurselves(root)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  }

  /** True if we find nothing wrong with a project: then a run of it is worth the time. */
  async isSound(files: ProjectFiles): Promise<boolean> {
    const { loadErrors, graphErrors, statusErrors } = await this.viewOf(files)
    return [...loadErrors, ...graphErrors, ...statusErrors].length === 0
  }

  /** Run after run: status before it, whether it fails, and everything that it leaves; without what is deliberate. */
  async compareRuns(history: History): Promise<readonly Difference[]> {
    const differences = await this.#compareHistory(history, '-j3')
    // Side by side, what one stage is about to make does not spare another the run, and equal files are linked as they
    // come; the compatibility page has both.
    const isOfOrder = differences.slice(1).every((each) => isMoreRun(each) || isOfLinks(each))
    if (differences.length < 2 || !isOfOrder) return differences
    return await this.#compareHistory(history, '-j1')
  }

  async #compareHistory({ files, changes }: History, jobs: string): Promise<readonly Difference[]> {
    const roots = { theirs: this.#write(files), ours: this.#write(files) }
    try {
      for (const root of Object.values(roots)) execFileSync('git', ['init', '-q', root])
      let outs: readonly string[] = []
      for (const [run, change] of [undefined, ...changes].entries()) {
        if (change !== undefined) for (const root of Object.values(roots)) applyHistoryChange(change, root, outs)
        const found = await this.#compareRun(roots, files, jobs)
        if (found.differences.length > 0)
          return [{ what: `run ${run}`, ours: change, theirs: change }, ...found.differences]
        if (!found.goesOn) return []
        outs = found.outs
      }
      return []
    } finally {
      for (const root of Object.values(roots)) rmSync(root, { recursive: true, force: true })
    }
  }

  async #compareRun(
    roots: { readonly theirs: string; readonly ours: string },
    files: ProjectFiles,
    jobs: string,
  ): Promise<{ differences: readonly Difference[]; goesOn: boolean; outs: readonly string[] }> {
    const [seenByDvc, seen] = await Promise.all([this.#server.look(roots.theirs, []), lookOurselves(roots.ours)])
    const before = differencesBetween(seen, seenByDvc)
    if (before.length > 0) return { differences: before, goesOn: false, outs: [] }
    const [theirs, ours] = await Promise.all([
      this.#server.run(roots.theirs),
      callCli(roots.ours, this.#env, ['run', '-P', jobs, '--json']),
    ])
    const said =
      (ours.exitCode === 0) === theirs.ok
        ? []
        : [{ what: 'success of the run', ours: { exitCode: ours.exitCode, stdout: ours.stdout.slice(-600) }, theirs }]
    // A failing run is compared no further: DVC takes ignore lines of finished stages back, we do not.
    if (!theirs.ok || said.length > 0) return { differences: said, goesOn: false, outs: [] }
    this.runs++
    const left = {
      ours: await takeSnapshot(roots.ours, '.dvc/cache'),
      theirs: await takeSnapshot(roots.theirs, '.dvc/cache'),
    }
    const outs = Object.keys(left.theirs.files).filter((path) => /(?:^|\/)o\d/.test(path) && files[path] === undefined)
    return {
      differences: differencesOfSnapshots(withoutRoot(left.ours, roots.ours), withoutRoot(left.theirs, roots.theirs)),
      goesOn: true,
      outs,
    }
  }

  #write(files: ProjectFiles): string {
    const root = join(this.#folder, `p${this.#count++}`)
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    return root
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

// Links into the cache name the project's folder, which differs.
function withoutRoot(snapshot: Snapshot, root: string): Snapshot {
  return JSON.parse(JSON.stringify(snapshot).replaceAll(root, '')) as Snapshot
}

function isMoreRun({ what, theirs }: Difference): boolean {
  return what.startsWith('runs: ') && theirs === undefined
}

function isOfLinks({ what, ours, theirs }: Difference): boolean {
  const content = contentOf(ours as string | undefined)
  return what.startsWith('files: ') && content !== undefined && content === contentOf(theirs as string | undefined)
}
