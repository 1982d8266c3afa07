import { breathe, mustBreathe } from '../../base/breathe.ts'
import type { DirectoryEntry } from '../hash/directory-object.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { listingOf } from './local-remote.ts'

/** What became of the objects of one out. */
export interface Transfer {
  /** Files that were copied, the listing of a directory among them. */
  readonly copied: number
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
  readonly signal?: AbortSignal | undefined
}

/** Brings an object from one store to the other; of a directory its members first and the listing last, so that a listing
 * never names what is not there (dvc-data, `hashfile/transfer.py`). Sound objects that are there stay as they are, damaged
 * ones give way to sound copies alone, and what the source holds is not touched. Throws Node's file errors. */
export async function transferObject(oid: string, options: TransferOptions): Promise<Transfer> {
  const sum = { copied: 0, missing: [] as string[], damaged: [] as string[] }
  const members = oid.endsWith('.dir') ? membersOf(oid, options) : []
  if (members === undefined) return { ...sum, missing: [oid] }
  for (const name of new Set(members.map((member) => member.oid))) {
    options.signal?.throwIfAborted()
    await one(name)
  }
  if (sum.missing.length === 0 && sum.damaged.length === 0) await one(oid)
  return sum

  async function one(name: string): Promise<void> {
    if (mustBreathe()) await breathe()
    if ((await options.to.look(name, { verify: false })) === 'sound') return options.to.protect(name)
    const state = await options.from.look(name, { verify: options.verify })
    if (state === 'missing') sum.missing.push(name)
    else if (state === 'damaged' || !(await options.to.copyFrom(options.from, name))) sum.damaged.push(name)
    else sum.copied++
  }
}

function membersOf(oid: string, { from, to }: TransferOptions): readonly DirectoryEntry[] | undefined {
  return listingOf(to, oid) ?? listingOf(from, oid)
}
