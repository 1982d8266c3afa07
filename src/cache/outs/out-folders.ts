import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isLink } from '../../base/file-kind.ts'
import type { Problem } from '../../base/problem.ts'

/** The folders of a directory out in which a checkout makes files. Each is looked at once, however many files it gets. */
export class OutFolders {
  readonly #out: string
  readonly #devices = new Map<string, number>()

  /** `out`: absolute. */
  constructor(out: string) {
    this.#out = out
  }

  /** The device of a folder, which is made unless it is there. Throws Node's file errors. */
  enter(folder: string): number {
    const known = this.#devices.get(folder)
    if (known !== undefined) return known
    const device = statSync(folder, { throwIfNoEntry: false })?.dev ?? this.#make(folder)
    this.#devices.set(folder, device)
    return device
  }

  // A new folder lies where the one above it does.
  #make(folder: string): number {
    if (folder === this.#out) {
      mkdirSync(folder, { recursive: true })
      return statSync(folder).dev
    }
    const device = this.enter(dirname(folder))
    mkdirSync(folder)
    return device
  }
}

/** The reason why no files may be made in some of these folders of an out: a link on the way to it leads where `refuse`
 * allows nothing. `undefined`: there is none. */
export function refuseFolders(
  folders: Iterable<string>,
  out: string,
  refuse: (path: string) => Problem | undefined,
): Problem | undefined {
  const seen = new Set([out])
  for (const deepest of folders) {
    for (let folder = deepest; !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder)
      const refusal = isLink(folder) ? refuse(folder) : undefined
      if (refusal !== undefined) return refusal
    }
  }
  return undefined
}
