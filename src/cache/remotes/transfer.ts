import { availableParallelism } from 'node:os'
import { mapLimited } from '../../base/map-limited.ts'
import type { Problem } from '../../base/problem.ts'
import type { DirectoryEntry } from '../hash/directory-object.ts'
import { isWorkForThreads } from '../hash/md5-threads.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { listingOf } from './local-remote.ts'
import { type MoveBatch, type MovedBatch, moveObjects, type MoveState } from './move-objects.ts'
import { moveProgram, openMoveThreads } from './move-threads.ts'
import type { TransferTally } from './transfer-tally.ts'

/** What became of the objects of one out. */
export interface Transfer {
  /** Objects that neither side has. */
  readonly missing: readonly string[]
  /** Objects that the source has with another content than their name says. */
  readonly damaged: readonly string[]
}

export interface TransferOptions {
  readonly from: ObjectStore
  readonly to: ObjectStore
  /** Hash what the source says is right (DVC: `verify` of a remote). */
  readonly verify: boolean
  /** Files at a time. @default as many as there are cores, at least four */
  readonly jobs?: number | undefined
  readonly tally: TransferTally
  readonly signal?: AbortSignal | undefined
}

export interface Transfers {
  /** Of each object that was asked for. */
  readonly outs: readonly Transfer[]
  /** File errors that kept some from being moved. */
  readonly problems: readonly Problem[]
}

/** Brings objects from one store to the other, several at a time; of directories all members first and the listing last,
 * so that a listing never names what is not there (dvc-data, `hashfile/transfer.py`). See `moveObjects`. Rejects with the
 * signal's reason when it is aborted; what is under way then is given up, whole objects stay. */
export async function transferObjects(oids: readonly string[], options: TransferOptions): Promise<Transfers> {
  const members = oids.map((oid) => (oid.endsWith('.dir') ? membersOf(oid, options) : [{ oid }]))
  const files = [...new Set(members.flatMap((entries) => entries?.map((entry) => entry.oid) ?? []))]
  const mover = new Mover(options)
  await mover.move(files)
  const isWhole = (entries: readonly MemberEntry[] | undefined): boolean =>
    entries?.every((entry) => mover.hasArrived(entry.oid)) ?? false
  await mover.move([...new Set(oids.filter((oid, index) => oid.endsWith('.dir') && isWhole(members[index])))])
  const outs = oids.map((oid, index) => {
    const entries = members[index]
    if (entries === undefined) return { missing: [oid], damaged: [] }
    const names = [...new Set([...entries.map((entry) => entry.oid), oid])]
    const having = (state: MoveState): readonly string[] => names.filter((name) => mover.states.get(name) === state)
    return { missing: having('missing'), damaged: having('damaged') }
  })
  return { outs, problems: mover.problems }
}

type MemberEntry = Pick<DirectoryEntry, 'oid'>

function membersOf(oid: string, { from, to }: TransferOptions): readonly MemberEntry[] | undefined {
  return listingOf(to, oid) ?? listingOf(from, oid)
}

class Mover {
  readonly states = new Map<string, MoveState>()
  readonly problems: Problem[] = []
  readonly #options: TransferOptions
  readonly #jobs: number

  constructor(options: TransferOptions) {
    this.#options = options
    this.#jobs = Math.min(options.jobs ?? Math.max(4, availableParallelism()), mostThreads)
  }

  hasArrived(oid: string): boolean {
    const state = this.states.get(oid)
    return state === 'there' || state === 'copied'
  }

  async move(oids: readonly string[]): Promise<void> {
    const { signal, tally } = this.#options
    signal?.throwIfAborted()
    const stop = (): void => tally.stop()
    signal?.addEventListener('abort', stop)
    try {
      tally.total += oids.length
      const program = this.#jobs > 1 && isWorthThreads(oids, this.#options) ? moveProgram() : undefined
      if (program !== undefined) await this.#moveInThreads(program, oids)
      else this.#note(oids, await moveObjects(this.#batch(oids)))
    } finally {
      signal?.removeEventListener('abort', stop)
    }
    signal?.throwIfAborted()
  }

  async #moveInThreads(program: string, oids: readonly string[]): Promise<void> {
    const pool = await openMoveThreads(program, this.#jobs)
    try {
      await mapLimited(toBatches(oids, this.#jobs), this.#jobs, async (batch) => {
        this.#note(batch, (await pool.run(this.#batch(batch), { name: 'moveObjects' })) as MovedBatch)
      })
    } finally {
      await pool.destroy()
    }
  }

  #batch(oids: readonly string[]): MoveBatch {
    const { from, to, verify, tally } = this.#options
    return { oids, from: from.place, to: to.place, verify, tally: tally.shared }
  }

  #note(oids: readonly string[], { states, problem }: MovedBatch): void {
    for (const [index, state] of states.entries()) this.states.set(oids[index]!, state)
    if (problem !== undefined) this.problems.push(problem)
  }
}

/** Beyond this, threads cost more than they bring, also where a network answers slowly. */
const mostThreads = 16

// Of many files each is looked at by the threads themselves: on a remote across a network that alone takes time.
function isWorthThreads(oids: readonly string[], { from, to }: TransferOptions): boolean {
  if (oids.length >= 1000) return true
  const absent = oids.filter((oid) => to.statOf(oid) === undefined)
  const bytes = absent.reduce((sum, oid) => sum + (from.statOf(oid)?.size ?? 0), 0)
  return absent.length > 1 && isWorkForThreads(absent.length, bytes)
}

// Small enough that all threads have work to the end, also if some files are large.
function toBatches(oids: readonly string[], threads: number): readonly (readonly string[])[] {
  const size = Math.min(256, Math.max(1, Math.floor(oids.length / (threads * 8))))
  return Array.from({ length: Math.ceil(oids.length / size) }, (_, index) =>
    oids.slice(index * size, (index + 1) * size),
  )
}
