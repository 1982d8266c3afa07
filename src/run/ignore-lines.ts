import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { tryStat } from '../base/file-kind.ts'
import { groupBy } from '../base/group-by.ts'
import { isInsideOrEqual } from '../base/paths.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { Git } from '../git/git.ts'
import type { IgnoreCheck } from '../git/ignore-check.ts'
import { addIgnoreLines } from '../git/gitignore-file.ts'
import type { Stage } from '../model/stage.ts'

/** An out to be kept out of git. */
export interface IgnorableOut {
  /** Absolute. */
  readonly target: string
  /** Where it stands in a serial run: its stage's rank, then its place among the stage's outs. */
  readonly order: readonly [rank: number, place: number]
}

/** Keeps cached outs out of git, as DVC does (`scm_context.py::ignore`): one line in the `.gitignore` of the out's folder,
 * unless some rule ignores the path already. Lines added in one run stand in the order of a serial run. */
export class IgnoreLines implements AsyncDisposable {
  readonly #git: Git | undefined
  readonly #rules: RulesOfGit | undefined
  readonly #ranks = new Map<string, Map<string, number>>()

  /** Without git nothing is ignored. */
  constructor(git: Git | undefined) {
    this.#git = git
    this.#rules = git && new RulesOfGit(git)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rules?.close()
  }

  /** The `.gitignore` files written so far. */
  get files(): readonly string[] {
    return [...this.#ranks.keys()]
  }

  /** Call under DVC's repository lock. */
  async add(outs: readonly IgnorableOut[]): Promise<void> {
    if (this.#rules === undefined || outs.length === 0) return
    const ignored = await this.#rules.ignored(outs.map((out) => out.target))
    const open = outs.filter(({ target }) => !ignored.has(target))
    for (const [folder, inside] of groupBy(open, ({ target }) => dirname(target))) {
      if (this.#isInWorkTree(folder)) this.#addLines(join(folder, '.gitignore'), inside)
    }
  }

  // What a link on the way leads out of the work tree is nothing that git could add; nor is what a later stage has
  // removed with its folder.
  #isInWorkTree(folder: string): boolean {
    if (this.#git === undefined || !existsSync(folder)) return false
    return isInsideOrEqual(realpathSync(folder), realpathSync(this.#git.top))
  }

  #addLines(file: string, outs: readonly IgnorableOut[]): void {
    const ranks = this.#ranks.get(file) ?? new Map<string, number>()
    const news = outs.map(({ target, order }) => ({ name: basename(target), rank: rankOf(order) }))
    const done = addIgnoreLines(readIfExists(file), news, ranks)
    if (done === undefined) return
    writeAtomic(file, done.text)
    this.#rules?.know(dirname(file))
    for (const { name, rank } of done.added) ranks.set(name, rank)
    this.#ranks.set(file, ranks)
  }
}

/** Asks one git process again and again, because a start from Node takes longer the more memory we have. It reads a
 * `.gitignore` once, so another one is asked when somebody else has written such a file. */
class RulesOfGit {
  readonly #git: Git
  /** By folder: the state of its `.gitignore` that git knows. Lines that we add concern nothing that is asked later. */
  readonly #known = new Map<string, string>()
  #check: IgnoreCheck | undefined

  constructor(git: Git) {
    this.#git = git
  }

  async ignored(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const folders = [...this.#foldersAbove(paths)]
    if (folders.some((folder) => this.#known.has(folder) && this.#known.get(folder) !== stateOf(folder))) {
      await this.close()
    }
    for (const folder of folders) if (!this.#known.has(folder)) this.know(folder)
    this.#check ??= this.#git.openIgnoreCheck()
    return await this.#check.isIgnored(paths)
  }

  /** The rules of a folder are as we know them. */
  know(folder: string): void {
    this.#known.set(folder, stateOf(folder))
  }

  async close(): Promise<void> {
    this.#known.clear()
    await this.#check?.[Symbol.asyncDispose]()
    this.#check = undefined
  }

  #foldersAbove(paths: readonly string[]): ReadonlySet<string> {
    const folders = new Set<string>()
    for (const path of paths) {
      for (let at = dirname(path); isInsideOrEqual(at, this.#git.top) && !folders.has(at); at = dirname(at))
        folders.add(at)
    }
    return folders
  }
}

function stateOf(folder: string): string {
  const stats = tryStat(() => statSync(join(folder, '.gitignore'), { throwIfNoEntry: false }))
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`
}

/** The outs of a stage that DVC keeps out of git. */
export function ignorableOuts(stage: Stage, rank: number): readonly IgnorableOut[] {
  const outs = stage.outs.filter((out) => out.cache && out.inRepo)
  return outs.map(({ target }, place) => ({ target, order: [rank, place] }))
}

// One number for both; no stage has a million outs.
function rankOf([rank, place]: IgnorableOut['order']): number {
  return rank * 2 ** 20 + place
}
