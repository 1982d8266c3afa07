import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isInsideOrEqual } from '../base/paths.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { Git } from '../git/git.ts'
import { addIgnoreLine } from '../git/gitignore-file.ts'

/** Where an out stands in a serial run: its stage's rank, then its place among the stage's outs. */
export type OutOrder = readonly [rank: number, place: number]

/** Keeps cached outs out of git, as DVC does (`scm_context.py::ignore`): one line in the `.gitignore` of the out's folder,
 * unless some rule ignores the path already. Lines added in one run stand in the order of a serial run. */
export class IgnoreLines {
  readonly #git: Git | undefined
  readonly #added = new Map<string, { readonly name: string; readonly order: OutOrder }[]>()

  /** Without git nothing is ignored. */
  constructor(git: Git | undefined) {
    this.#git = git
  }

  /** The `.gitignore` files written so far. */
  get files(): readonly string[] {
    return [...this.#added.keys()]
  }

  /** Call under DVC's repository lock. `targets` are absolute paths of outs. */
  async add(outs: readonly { readonly target: string; readonly order: OutOrder }[]): Promise<void> {
    if (this.#git === undefined || outs.length === 0) return
    const ignored = await this.#git.isIgnored(outs.map((out) => out.target))
    for (const out of outs) {
      if (!ignored.has(out.target) && this.#isInWorkTree(out.target)) this.#addLine(out.target, out.order)
    }
  }

  // What a link on the way leads out of the work tree is nothing that git could add.
  #isInWorkTree(target: string): boolean {
    return this.#git !== undefined && isInsideOrEqual(realpathSync(dirname(target)), realpathSync(this.#git.top))
  }

  #addLine(target: string, order: OutOrder): void {
    const file = join(dirname(target), '.gitignore')
    const added = this.#added.get(file) ?? []
    const later = added.filter((line) => compareOrder(line.order, order) > 0).map((line) => line.name)
    const text = addIgnoreLine(readIfExists(file), basename(target), later)
    if (text === undefined) return
    writeAtomic(file, text)
    this.#added.set(file, [...added, { name: basename(target), order }])
  }
}

function compareOrder(a: OutOrder, b: OutOrder): number {
  return a[0] - b[0] || a[1] - b[1]
}
