import { noValues, type Value, type ValueMap } from '../../base/value.ts'
import type { HashName, ItemRecord, StageRecord } from '../../project/record.ts'
import { bits, hasBit, type PackReader, type PackWriter, readList, textIfAny } from './packed-list.ts'

export function writeRecord(to: PackWriter, { cmd, deps, params, outs, definitionMd5 }: StageRecord): void {
  const hasLine = typeof cmd === 'string'
  to.put(bits(!hasLine, params.size > 0))
  if (hasLine) to.put(cmd)
  else to.putOther(cmd)
  if (params.size > 0) to.putOther(params)
  writeItems(to, deps)
  writeItems(to, outs)
  to.put(definitionMd5)
}

export function readRecord(from: PackReader): StageRecord {
  const flags = from.number()
  const cmd = hasBit(flags, 0) ? (from.other() as Value | undefined) : from.text()
  const params = hasBit(flags, 1) ? (from.other() as StageRecord['params']) : noParams
  const deps = readList(from, readItem)
  const outs = readList(from, readItem)
  return { cmd, deps, params, outs, definitionMd5: textIfAny(from) }
}

const noParams: StageRecord['params'] = new Map()

function writeItems(to: PackWriter, items: readonly ItemRecord[]): void {
  to.put(items.length)
  for (const { path, hashName, hash, size, nfiles, isexec, extra } of items) {
    to.put(path)
    to.putShared(hashName)
    to.put(hash)
    to.put(writtenCount(size))
    to.put(writtenCount(nfiles))
    to.put(bits(isexec, extra.size > 0))
    if (extra.size > 0) to.putOther(extra)
  }
}

function readItem(from: PackReader): ItemRecord {
  const path = from.text()
  const hashName = from.shared() as HashName
  const hash = textIfAny(from)
  const size = countIfAny(from)
  const nfiles = countIfAny(from)
  const flags = from.number()
  const extra = hasBit(flags, 1) ? (from.other() as ValueMap) : noValues
  return { path, hashName, hash, size, nfiles, isexec: hasBit(flags, 0), extra }
}

// A lock may hold any number, and JSON no infinite one.
function writtenCount(count: number | undefined): string | number | undefined {
  return count === undefined || Number.isSafeInteger(count) ? count : String(count)
}

function countIfAny(from: PackReader): number | undefined {
  const count = from.next()
  return count === null ? undefined : Number(count)
}
