import { breathe, mustBreathe } from '../../base/breathe.ts'
import { fileProblem } from '../../base/file-problem.ts'
import type { Problem } from '../../base/problem.ts'
import { ObjectStore, type StorePlace } from '../objects/object-store.ts'
import { TransferTally } from './transfer-tally.ts'

/** Objects to be brought from one store to the other. Plain data: a thread may be given it. */
export interface MoveBatch {
  readonly oids: readonly string[]
  readonly from: StorePlace
  readonly to: StorePlace
  /** Hash what the source says is right (DVC: `verify` of a remote). */
  readonly verify: boolean
  /** Of a `TransferTally`. */
  readonly tally: SharedArrayBuffer
}

/** What became of an object. `missing`, `damaged`: the source has none, or with another content than its name says. */
export type MoveState = 'there' | 'copied' | 'missing' | 'damaged'

export interface MovedBatch {
  /** Of the objects in their order, up to where it ended. */
  readonly states: readonly MoveState[]
  /** The file error that ended it. */
  readonly problem?: Problem
}

/** Brings each object of a batch over, until the tally says stop. Sound objects that are there stay as they are, damaged
 * ones give way to sound copies alone, and what the source holds is not touched. */
export async function moveObjects({ oids, verify, ...batch }: MoveBatch): Promise<MovedBatch> {
  const [from, to] = [new ObjectStore(batch.from), new ObjectStore(batch.to)]
  const tally = new TransferTally(batch.tally)
  const states: MoveState[] = []
  try {
    for (const oid of oids) {
      if (mustBreathe()) await breathe()
      if (tally.isStopped) break
      const state = await moveObject(oid, { from, to, verify, onBytes })
      tally.settle(state === 'copied')
      states.push(state)
    }
    return { states }
  } catch (error) {
    if (tally.isStopped) return { states }
    const problem = fileProblem(error)
    if (problem === undefined) throw error
    return { states, problem }
  }

  function onBytes(count: number): void {
    if (tally.isStopped) throw new Error('The transfer is to stop')
    tally.addBytes(count)
  }
}

async function moveObject(
  oid: string,
  options: {
    readonly from: ObjectStore
    readonly to: ObjectStore
    readonly verify: boolean
    readonly onBytes: (count: number) => void
  },
): Promise<MoveState> {
  const { from, to, verify, onBytes } = options
  const there = await to.look(oid, { verify: false })
  if (there === 'sound') {
    to.protect(oid)
    return 'there'
  }
  const state = await from.look(oid, { verify })
  if (state !== 'sound') return state
  const isSound = await to.copyFrom(from, oid, { replace: there === 'damaged', onBytes })
  return isSound ? 'copied' : 'damaged'
}
