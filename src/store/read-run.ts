import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { errnoOf } from '../base/file-problem.ts'
import { isRunning } from '../base/process-owner.ts'
import type { FailureReason, RunEvent, RunId, TaskResult } from '../run/events.ts'
import { fromLine, ownerIn } from './event-line.ts'
import { eventsFile } from './run-files.ts'

/** A run in a few words. */
export interface RunRecord {
  readonly run: RunId
  readonly startedAt: string
  /** `interrupted`: its process is gone and it did not end. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'
  /** In ms; absent while it runs, and if nobody knows when it ended. */
  readonly durationMs: number | undefined
  readonly exitCode: number | undefined
  readonly counts: Readonly<Partial<Record<TaskResult, number>>>
  readonly failed: readonly FailedTask[]
}

export interface FailedTask {
  readonly address: string
  readonly reason: FailureReason | undefined
}

/** All that a run has told so far, in order; `undefined`: there is no such run. */
export function readEvents(root: string, run: RunId): readonly RunEvent[] | undefined {
  const text = textOf(eventsFile(root, run))
  return text === undefined ? undefined : parseEvents(text, root)
}

export function parseEvents(text: string, root: string): readonly RunEvent[] {
  return text.split('\n').flatMap((line) => fromLine(line, root) ?? [])
}

/** The events of a run, made short. */
export function readRecord(root: string, run: RunId): RunRecord | undefined {
  const text = textOf(eventsFile(root, run))
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const first = fromLine(lines[0] ?? '', root)
  if (first?.type !== 'run-started') return undefined
  const addressOf = new Map(first.tasks.map(({ task, address }) => [task, address]))
  const failures = lines.filter((line) => line.includes('"task-ended"') && line.includes('"result":"failed"'))
  const failed = failures.flatMap((line) => {
    const event = fromLine(line, root)
    if (event?.type !== 'task-ended' || event.result !== 'failed') return []
    return [{ address: addressOf.get(event.task) ?? event.task, reason: event.reason }]
  })
  // The last line is empty, or half of one.
  const last = lines.length < 2 ? undefined : fromLine(lines.at(-2) ?? '', root)
  const common = { run, startedAt: first.at, failed }
  if (last?.type !== 'run-ended') {
    const isRunning = isAlive(lines[0] ?? '')
    return {
      ...common,
      state: isRunning ? 'running' : 'interrupted',
      durationMs: undefined,
      exitCode: undefined,
      counts: {},
    }
  }
  const { durationMs, exitCode, counts } = last
  return { ...common, state: stateOf(exitCode, counts), durationMs, exitCode, counts }
}

/** How long the stages took whose commands ran in a run, in ms by address. */
export function readTaskTimes(root: string, run: RunId): readonly (readonly [address: string, ms: number])[] {
  const lines = (textOf(eventsFile(root, run)) ?? '').split('\n')
  const first = fromLine(lines[0] ?? '', root)
  if (first?.type !== 'run-started') return []
  const addressOf = new Map(first.tasks.map(({ task, address }) => [task, address]))
  const ended = lines.filter((line) => line.includes('"task-ended"') && line.includes('"result":"ran"'))
  return ended.flatMap((line) => {
    const event = fromLine(line, root)
    if (event?.type !== 'task-ended' || event.result !== 'ran') return []
    const address = addressOf.get(event.task)
    return address === undefined ? [] : [[address, event.durationMs] as const]
  })
}

/** True while the process of the run is alive. */
export function isRunAlive(root: string, run: RunId): boolean {
  return isAlive(firstLineOf(eventsFile(root, run)) ?? '')
}

function isAlive(firstLine: string): boolean {
  const owner = ownerIn(firstLine)
  return owner !== undefined && isRunning(owner)
}

function stateOf(exitCode: number, counts: RunRecord['counts']): RunRecord['state'] {
  if (exitCode === 0) return 'succeeded'
  return (counts.failed ?? 0) > 0 || (counts.cancelled ?? 0) === 0 ? 'failed' : 'cancelled'
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

// It names all tasks, so it may be long.
function firstLineOf(file: string): string | undefined {
  let fd: number | undefined
  try {
    fd = openSync(file, 'r')
    const { size } = fstatSync(fd)
    const pieces: Buffer[] = []
    for (let at = 0; at < size;) {
      const piece = Buffer.alloc(64 * 1024)
      const length = readSync(fd, piece, 0, piece.length, at)
      if (length === 0) break
      pieces.push(piece.subarray(0, length))
      if (piece.subarray(0, length).includes(10)) break
      at += length
    }
    return Buffer.concat(pieces).toString('utf8').split('\n')[0]
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
