import { fstatSync, ftruncateSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DiskSync } from '../base/disk-sync.ts'
import { errnoOf } from '../base/file-problem.ts'
import { ownerName, thisProcess } from '../base/process-owner.ts'
import { writeAll } from '../base/write-all.ts'
import type { ValueMap } from '../base/value.ts'
import { makeRestageFolder } from '../project/restage-folder.ts'
import { restageFolder } from '../project/restage-path.ts'
import { writeYaml } from '../project/yaml/write-yaml.ts'
import type { IgnorableOut } from './ignore-lines.ts'

/** A finished stage of a dvc.yaml whose entry is not in dvc.lock yet. */
export interface JournalRecord {
  /** The dvc.lock, relative to the root. */
  readonly lock: string
  readonly stage: string
  readonly rank: number
  readonly entry: ValueMap
  /** The entry that it takes the place of; `undefined`: there was none. */
  readonly before: ValueMap | undefined
  readonly ignore: readonly IgnorableOut[]
}

/** What a run has finished and not yet written to dvc.lock, handed to the system before the stage counts as done, so that
 * a run that is killed loses nothing: `.restage/journal/<process>.ndjson`, one line a stage. It goes away when all is
 * written.
 *
 * It goes to the disk at once, but nobody waits for that, and stages that end meanwhile share the next time. A power cut
 * may cost what ended in the last moment; then those stages run again. */
export class RecordJournal {
  readonly #root: string
  readonly #file: string
  #fd: number | undefined
  #disk: DiskSync | undefined
  #size = 0

  constructor(root: string) {
    this.#root = root
    this.#file = join(journalFolder(root), `${ownerName(thisProcess())}.ndjson`)
  }

  /** Returns when the record outlives this process. Throws Node's file errors. */
  append(record: JournalRecord): void {
    this.#fd ??= this.#open()
    this.#disk ??= new DiskSync(this.#fd)
    const line = Buffer.from(`${format(record)}\n`)
    try {
      writeAll(this.#fd, line)
    } catch (error) {
      // A full disk takes the beginning of a line: the next record would become part of it.
      ftruncateSync(this.#fd, this.#size)
      throw error
    }
    this.#size += line.length
    this.#disk.note()
  }

  /** Everything is in dvc.lock. */
  clear(): void {
    if (this.#fd === undefined) return
    ftruncateSync(this.#fd)
    this.#size = 0
  }

  /** Nothing more will come. `isEmpty`: there is nothing in it for the next run. */
  close({ isEmpty }: { readonly isEmpty: boolean }): void {
    this.#disk?.close({ flush: !isEmpty })
    this.#fd = undefined
    this.#disk = undefined
    if (isEmpty) removeEmpty(this.#file)
  }

  #open(): number {
    makeRestageFolder(this.#root, 'journal')
    const fd = openSync(this.#file, 'a')
    this.#size = fstatSync(fd).size
    return fd
  }
}

// One that stays holds nothing: the next run removes it.
function removeEmpty(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
}

/** Where journals stand; there need not be any. */
export function journalFolder(root: string): string {
  return join(restageFolder(root), 'journal')
}

// Values as YAML: it keeps int and float apart.
function format({ entry, before, ...record }: JournalRecord): string {
  return JSON.stringify({ v: 1, ...record, entry: writeYaml(entry), before: before && writeYaml(before) })
}
