import { join } from 'node:path'
import { groupBy } from '../base/group-by.ts'
import { readIfExists } from '../base/read-if-exists.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import type { Project } from '../model/project.ts'
import type { Stage } from '../model/stage.ts'
import { toLockEntry } from '../project/lock/lock-entry.ts'
import { lockPath } from '../project/lock/lock-path.ts'
import { putLockEntries } from '../project/lock/put-lock-entries.ts'
import type { StageRecord } from '../project/record.ts'
import { ignorableOuts, type IgnoreLines } from './ignore-lines.ts'
import type { LockNews } from './lock-news.ts'
import { type JournalRecord, RecordJournal } from './record-journal.ts'

/** Brings finished stages of dvc.yaml files into dvc.lock, several at a time.
 *
 *   add ──▶ journal (durable) ──▶ waiting ──writeOut──▶ ignore lines, dvc.lock ──▶ journal cleared
 *
 * dvc.lock is read and written as a whole, so writing it for every stage would take time quadratic in their number. It
 * is written when the last writing lies ten times as long back as it took, and a quarter of what the run has taken (from
 * 0.2 to 2 seconds): a bounded share of the time and of what is written, and at once where stages take longer. */
export class RecordWriter {
  readonly #project: Project
  readonly #ignoreLines: IgnoreLines
  readonly #journal: RecordJournal
  readonly #news: LockNews
  readonly #written = new Set<string>()
  readonly #ranks = new Map<string, Map<string, number>>()
  readonly #startedAt = performance.now()
  #waiting: JournalRecord[] = []
  #dueAt = 0

  constructor(project: Project, ignoreLines: IgnoreLines, news: LockNews) {
    this.#project = project
    this.#ignoreLines = ignoreLines
    this.#news = news
    this.#journal = new RecordJournal(project.root)
  }

  /** Locks written so far; absolute paths. */
  get files(): readonly string[] {
    return [...this.#written]
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** How long writing should be put off, in ms; 0: it is time. */
  get waitMs(): number {
    return Math.max(0, this.#dueAt - performance.now())
  }

  /** Whatever happens after this, the stage is recorded: by `writeOut`, or by the next run. Throws Node's file errors. */
  add(stage: Stage, rank: number, record: StageRecord): void {
    const before = this.#project.records.get(stage.id)
    const entry: JournalRecord = {
      lock: lockPath(stage.file),
      stage: stage.name,
      rank,
      entry: toLockEntry(record),
      before: before && toLockEntry(before),
      ignore: ignorableOuts(stage, rank),
    }
    this.#journal.append(entry)
    this.#waiting.push(entry)
  }

  /** Gives a stage up: its results are gone. */
  drop(stage: Stage): void {
    this.#waiting = this.#waiting.filter(
      (record) => record.stage !== stage.name || record.lock !== lockPath(stage.file),
    )
  }

  /** Call under DVC's repository lock. Throws Node's file errors; then what could not be written still waits. */
  async writeOut(): Promise<void> {
    if (this.isEmpty) return this.#journal.clear()
    const begun = performance.now()
    // Stages that end while git is asked wait for the next time.
    const batch = [...this.#waiting]
    // If it fails, again in a second.
    this.#dueAt = begun + 1000
    await this.#ignoreLines.add(batch.flatMap((record) => record.ignore))
    for (const [lock, records] of groupBy(batch, (record) => record.lock)) this.#putEntries(lock, records)
    this.#waiting = this.#waiting.slice(batch.length)
    if (this.isEmpty) this.#journal.clear()
    this.#dueAt = performance.now() + pauseMs(performance.now() - begun, begun - this.#startedAt)
  }

  /** Gives up what waits, if anything: the journal keeps it for the next run. */
  close(): void {
    this.#journal.close({ isEmpty: this.isEmpty })
  }

  // The file is read anew each time: DVC may have written other entries meanwhile.
  #putEntries(lock: string, records: readonly JournalRecord[]): void {
    const file = join(this.#project.root, lock)
    const ranks = this.#ranks.get(lock) ?? new Map<string, number>()
    this.#ranks.set(lock, ranks)
    const text = readIfExists(file)
    const edits = records.map(({ stage, entry, rank }) => ({ name: stage, entry, rank }))
    const after = putLockEntries(text, edits, ranks)
    // Entries that stood before the run keep their place, so nothing is put before them.
    for (const { stage, rank, before } of records) if (before === undefined) ranks.set(stage, rank)
    if (after === text) return
    this.#news.write(file, () => writeAtomic(file, after))
    this.#written.add(file)
  }
}

function pauseMs(writingMs: number, runMs: number): number {
  return Math.max(10 * writingMs, Math.min(Math.max(runMs / 4, 200), 2000))
}
