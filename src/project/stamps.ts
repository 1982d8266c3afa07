import { type Dirent, type Stats, lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { clockGrainMs } from '../base/clock-grain.ts'
import { compareCodePoints } from '../base/order.ts'
import { isStageFileName } from './stage-file-name.ts'

/** What was looked at on disk to come to know something. All paths are absolute. */
export interface Sources {
  /** Looked at as they are, links followed; nothing may stand there. */
  readonly paths: readonly string[]
  /** Folders that were searched for stage files and rules, with what was seen there, see `listingOf`. */
  readonly folders: ReadonlyMap<string, string>
}

/** How the sources looked, so that one can tell later, without reading them, that they are still the same. Four numbers
 * for each path and then for each folder: inode, size, times of the last change of content and of the inode in ms. */
export interface Stamps {
  readonly sources: Sources
  readonly marks: Float64Array
}

/** What a walk sees in a folder: entries that can hold stages or rules, or lead to some. Each has its kind before its
 * name: `d` a folder, `l` a link, `f` anything else. Other files may come and go. */
export function listingOf(entries: readonly Dirent[]): string {
  const seen: string[] = []
  for (const entry of entries) {
    if (entry.isDirectory()) seen.push(`d${entry.name}`)
    else if (entry.isSymbolicLink()) seen.push(`l${entry.name}`)
    else if (isStageFileName(entry.name) || rules.has(entry.name)) seen.push(`f${entry.name}`)
  }
  return seen.toSorted(compareCodePoints).join('/')
}

/** The sources without those paths of which only this is asked: is it a folder, and where a rule file could stand, is there
 * one? A listing of their folder tells that. */
export function withoutListed(paths: readonly string[], folders: Sources['folders']): readonly string[] {
  const seen = new Map<string, ReadonlySet<string>>()
  return paths.filter((path) => {
    const folder = dirname(path)
    const listing = folders.get(folder)
    if (listing === undefined) return true
    const entries = seen.get(folder) ?? new Set(listing.split('/'))
    seen.set(folder, entries)
    const name = basename(path)
    return entries.has(`f${name}`) || entries.has(`l${name}`)
  })
}

const rules: ReadonlySet<string> = new Set(['.dvc', '.dvcignore', '.git', '.gitignore', 'dvc.lock'])

/** Stamps sources that were looked at after `since` (of `Date.now()`). `undefined`: one of them is so young that it may have
 * changed while it was looked at, or could be written again and keep its look. The inode's time is the one that counts:
 * programs can set the other one back. */
export function takeStamps(sources: Sources, since: number): Stamps | undefined {
  const { paths, folders } = sources
  const marks = new Float64Array((paths.length + folders.size) * numbers)
  for (const [index, path] of paths.entries()) {
    const stats = look(path)
    if (isYoung(stats ?? nearestFolder(path), since)) return undefined
    write(marks, index, stats)
  }
  // What was seen in a folder is kept, so a young one is only listed again.
  for (const [index, folder] of [...folders.keys()].entries()) {
    const stats = look(folder)
    write(marks, paths.length + index, isYoung(stats, since) ? undefined : stats)
  }
  return { sources, marks }
}

/** True if every source still looks as it did. */
export function stillHold({ sources: { paths, folders }, marks }: Stamps): boolean {
  let index = 0
  for (const path of paths) if (!isSame(marks, index++, look(path))) return false
  for (const [folder, listing] of folders) {
    const stats = look(folder)
    if (stats === undefined) return false
    if (!isSame(marks, index++, stats) && listNow(folder) !== listing) return false
  }
  return true
}

const numbers = 4

// A link that leads nowhere is looked at itself.
function look(path: string): Stats | undefined {
  return lookBy(statSync, path) ?? lookBy(lstatSync, path)
}

function lookBy(stat: typeof statSync, path: string): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false })
  } catch {
    return undefined // a path through a file, or one that may not be seen
  }
}

function nearestFolder(path: string): Stats | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stats = look(folder)
    if (stats !== undefined || folder === dirname(folder)) return stats
  }
}

function isYoung(stats: Stats | undefined, since: number): boolean {
  return stats === undefined || Math.max(stats.mtimeMs, stats.ctimeMs) >= since - clockGrainMs(stats)
}

function write(marks: Float64Array, index: number, stats: Stats | undefined): void {
  const at = index * numbers
  marks[at] = stats?.ino ?? -1
  marks[at + 1] = stats?.size ?? -1
  marks[at + 2] = stats?.mtimeMs ?? -1
  marks[at + 3] = stats?.ctimeMs ?? -1
}

function isSame(marks: Float64Array, index: number, stats: Stats | undefined): boolean {
  const at = index * numbers
  if (stats === undefined) return marks[at] === -1
  return (
    marks[at] === stats.ino &&
    marks[at + 1] === stats.size &&
    marks[at + 2] === stats.mtimeMs &&
    marks[at + 3] === stats.ctimeMs
  )
}

function listNow(folder: string): string | undefined {
  try {
    return listingOf(readdirSync(folder, { withFileTypes: true }))
  } catch {
    return undefined
  }
}
