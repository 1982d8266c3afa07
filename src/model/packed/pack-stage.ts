import type { SourceRange } from '../../base/problem.ts'
import { noValues, type ValueMap } from '../../base/value.ts'
import type { ArtifactKind, ArtifactRef } from '../artifact.ts'
import type { Command, Dep, FileDep, Out, ParamsDep, Stage, StageId } from '../stage.ts'
import { bits, hasBit, type PackReader, type PackWriter, readList, textIfAny } from './packed-list.ts'

// Each function that writes has its twin that reads, in the same order.

export function writeStage(to: PackWriter, stage: Stage): void {
  to.put(stage.id)
  to.putShared(stage.file)
  to.put(stage.name)
  to.putShared(stage.kind)
  to.put(stage.cmd)
  to.putShared(stage.wdir)
  to.put(stage.deps.length)
  for (const dep of stage.deps) writeDep(to, dep)
  to.put(stage.outs.length)
  for (const out of stage.outs) writeOut(to, out)
  to.put(bits(stage.frozen, stage.alwaysChanged, stage.meta !== undefined))
  to.put(stage.desc)
  if (stage.meta !== undefined) to.putOther(stage.meta)
  to.put(stage.definitionMd5)
  to.putShared(stage.family)
  writePlace(to, stage.at)
}

export function readStage(from: PackReader): Stage {
  const id = from.text() as StageId
  const file = from.shared()
  const name = from.text()
  const kind = from.shared() as Stage['kind']
  const cmd = (from.next() ?? undefined) as Command | undefined
  const wdir = from.shared()
  const deps = readList(from, readDep)
  const outs = readList(from, readOut)
  const flags = from.number()
  const desc = textIfAny(from)
  const meta = hasBit(flags, 2) ? (from.other() as ValueMap) : undefined
  const definitionMd5 = textIfAny(from)
  const family = from.sharedIfAny()
  return {
    id,
    file,
    name,
    kind,
    cmd,
    wdir,
    deps,
    outs,
    frozen: hasBit(flags, 0),
    alwaysChanged: hasBit(flags, 1),
    desc,
    meta,
    ...(definitionMd5 === undefined ? undefined : { definitionMd5 }),
    family,
    at: readPlace(from),
  }
}

function writeDep(to: PackWriter, dep: Dep): void {
  const isPlain = dep.kind === 'file' || dep.kind === 'params'
  to.putShared(isPlain ? dep.kind : 'other')
  if (!isPlain) return to.putOther(dep)
  to.put(dep.path)
  to.put(dep.target)
  to.put(bits(dep.inRepo))
  writeArtifact(to, dep.artifact, dep.target)
  if (dep.kind === 'params') {
    to.put(dep.savedPath)
    to.put(dep.keys)
  }
  writePlace(to, dep.at)
}

function readDep(from: PackReader): Dep {
  const kind = from.shared() as 'file' | 'params' | 'other'
  if (kind === 'other') return from.other() as Dep
  const path = from.text()
  const target = from.text()
  const inRepo = hasBit(from.number(), 0)
  const artifact = readArtifact(from, target)
  if (kind === 'file') return { kind, path, target, inRepo, artifact, at: readPlace(from) } satisfies FileDep
  const savedPath = from.text()
  const keys = from.next() as readonly string[]
  return { kind, path, savedPath, target, inRepo, keys, artifact, at: readPlace(from) } satisfies ParamsDep
}

function writeOut(to: PackWriter, out: Out): void {
  to.put(out.path)
  to.put(out.target)
  to.putShared(out.scheme)
  to.put(bits(out.inRepo, out.cache, out.persist, out.push, out.metric, out.plot, out.annotations.size > 0))
  to.putShared(out.remote)
  if (out.annotations.size > 0) to.putOther(out.annotations)
  writeArtifact(to, out.artifact, out.target)
  writePlace(to, out.at)
}

function readOut(from: PackReader): Out {
  const path = from.text()
  const target = from.text()
  const scheme = from.shared() as Out['scheme']
  const flags = from.number()
  const remote = from.sharedIfAny()
  const annotations = hasBit(flags, 6) ? (from.other() as ValueMap) : noValues
  const artifact = readArtifact(from, target)
  return {
    path,
    target,
    scheme,
    inRepo: hasBit(flags, 0),
    cache: hasBit(flags, 1),
    persist: hasBit(flags, 2),
    push: hasBit(flags, 3),
    remote,
    metric: hasBit(flags, 4),
    plot: hasBit(flags, 5),
    annotations,
    artifact,
    at: readPlace(from),
  }
}

function writeArtifact(to: PackWriter, { target, kind }: ArtifactRef, usual: string): void {
  to.put(target === usual ? undefined : target)
  to.putShared(kind)
}

function readArtifact(from: PackReader, usual: string): ArtifactRef {
  const target = textIfAny(from) ?? usual
  return { target, kind: from.shared() as ArtifactKind }
}

function writePlace(to: PackWriter, { file, line, column, width }: SourceRange): void {
  to.putShared(file)
  to.put(line)
  to.put(column)
  to.put(width)
}

function readPlace(from: PackReader): SourceRange {
  const file = from.shared()
  const line = from.number()
  const column = from.number()
  const width = from.next() as number | null
  return width === null ? { file, line, column } : { file, line, column, width }
}
