import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type Libsql from 'libsql'
import { errnoOf } from '../base/file-problem.ts'
import { makeRestageFolder } from '../project/restage-folder.ts'
import type { RunId } from '../run/events.ts'
import { type History, type RunsQuestion, timedRuns } from './history.ts'
import { readRecord, type RunRecord, readTaskTimes } from './read-run.ts'
import { listRuns } from './run-files.ts'

/** What the files of runs hold, in SQLite, so that thousands of runs are asked in milliseconds. The files are the truth: the
 * index takes up what is new in them when it is opened, and is made again if it is missing, damaged or of another form. */
export class RunIndex implements History {
  readonly #db: Libsql.Database
  readonly #root: string

  private constructor(db: Libsql.Database, root: string) {
    this.#db = db
    this.#root = root
  }

  /** `undefined`: this system has no SQLite, nothing can be written here, or somebody else holds the index. */
  static async open(root: string): Promise<RunIndex | undefined> {
    const driver = await loadDriver()
    if (driver === undefined) return undefined
    const first = tryOpen(driver, root)
    if (first !== 'damaged') return first
    rmSync(indexFile(root), { force: true, recursive: true })
    rmSync(`${indexFile(root)}-journal`, { force: true })
    const again = tryOpen(driver, root)
    return again === 'damaged' ? undefined : again
  }

  /** Takes up the runs that are new, ended meanwhile, or gone. */
  static over(db: Libsql.Database, root: string): RunIndex {
    const index = new RunIndex(db, root)
    index.#refresh()
    return index
  }

  runs({ most, states }: RunsQuestion): readonly RunRecord[] {
    const where = states === undefined ? '' : `WHERE state IN (${states.map(() => '?').join(', ')})`
    const rows = this.#all<{ record: string }>(`SELECT record FROM runs ${where} ORDER BY run DESC LIMIT ?`, [
      ...(states ?? []),
      most,
    ])
    return rows.map(({ record }) => JSON.parse(record) as RunRecord)
  }

  durations(): ReadonlyMap<string, number> {
    const rows = this.#all<{ address: string; ms: number }>(
      `SELECT address, avg(ms) AS ms
       FROM (SELECT address, ms, row_number() OVER (PARTITION BY address ORDER BY run DESC) AS age FROM tasks)
       WHERE age <= ? GROUP BY address`,
      [timedRuns],
    )
    return new Map(rows.map(({ address, ms }) => [address, ms]))
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #refresh(): void {
    const known = new Map(
      this.#all<{ run: RunId; state: string }>('SELECT run, state FROM runs', []).map((row) => [row.run, row.state]),
    )
    const runs = listRuns(this.#root)
    const open = runs.filter((run) => (known.get(run) ?? 'running') === 'running')
    const there = new Set(runs)
    const gone = [...known.keys()].filter((run) => !there.has(run))
    if (open.length === 0 && gone.length === 0) return
    this.#db.transaction(() => {
      for (const run of [...gone, ...open]) this.#forget(run)
      for (const run of open) this.#take(run)
    })()
  }

  #take(run: RunId): void {
    const record = readRecord(this.#root, run)
    if (record === undefined) return
    this.#db
      .prepare('INSERT INTO runs (run, state, record) VALUES (?, ?, ?)')
      .run(run, record.state, JSON.stringify(record))
    const insert = this.#db.prepare('INSERT OR REPLACE INTO tasks (run, address, ms) VALUES (?, ?, ?)')
    for (const [address, ms] of readTaskTimes(this.#root, run)) insert.run(run, address, ms)
  }

  #forget(run: RunId): void {
    this.#db.prepare('DELETE FROM runs WHERE run = ?').run(run)
    this.#db.prepare('DELETE FROM tasks WHERE run = ?').run(run)
  }

  #all<T>(sql: string, values: readonly (string | number)[]): readonly T[] {
    return this.#db.prepare(sql).all(...values) as T[]
  }
}

const form = 1

const tables = `
  CREATE TABLE runs (run TEXT PRIMARY KEY, state TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE tasks (run TEXT NOT NULL, address TEXT NOT NULL, ms REAL NOT NULL, PRIMARY KEY (address, run)) WITHOUT ROWID;
  CREATE INDEX tasks_of_run ON tasks (run);
  PRAGMA user_version = ${form};
`

function indexFile(root: string): string {
  return join(root, '.restage', 'index.sqlite')
}

async function loadDriver(): Promise<typeof Libsql | undefined> {
  try {
    return (await import('libsql')).default
  } catch {
    return undefined // no build for this system
  }
}

function tryOpen(driver: typeof Libsql, root: string): RunIndex | 'damaged' | undefined {
  let db: Libsql.Database | undefined
  try {
    makeRestageFolder(root)
    db = new driver(indexFile(root), { timeout: 2000 })
    // Not WAL: SQLite before 3.51.3 can damage a database whose WAL two connections reset at once. What power cuts cost
    // is made again.
    db.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF')
    const [version] = db.prepare('PRAGMA user_version').all() as { readonly user_version: number }[]
    if (version?.user_version === 0) db.exec(tables)
    else if (version?.user_version !== form) throw new Error('another form')
    const [check] = db.prepare('PRAGMA quick_check(1)').all() as { readonly quick_check: string }[]
    return check?.quick_check === 'ok' ? RunIndex.over(db, root) : closeDamaged(db)
  } catch (error) {
    db?.close()
    return isInTheWay(error) ? undefined : 'damaged'
  }
}

function closeDamaged(db: Libsql.Database): 'damaged' {
  db.close()
  return 'damaged'
}

// Nothing is wrong with the index itself.
function isInTheWay(error: unknown): boolean {
  const code = errnoOf(error) ?? ''
  return ['SQLITE_BUSY', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_FULL', 'EROFS', 'EACCES', 'ENOSPC'].some(
    (name) => code.startsWith(name),
  )
}
