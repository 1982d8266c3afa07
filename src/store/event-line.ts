import { isInside, joinPath, relativeTo } from '../base/paths.ts'
import type { RunEvent } from '../run/events.ts'

/** The process that carries out a run. With its id alone it would not be named: ids are used again. */
export interface RunOwner {
  readonly pid: number
  readonly start: string
}

/** An event as it stands in files and streams: one line of JSON with the version of the form, the event's number (from 1)
 * and paths relative to the DVC root. The first one also names the process. */
export function toLine(event: RunEvent, seq: number, root: string, owner?: RunOwner): string {
  const shown = event.type === 'attempt-started' ? { ...event, log: relativeTo(root, event.log) } : event
  return `${JSON.stringify({ v: 1, seq, ...shown, ...(owner === undefined ? {} : { process: owner }) })}\n`
}

/** The event of a line; `undefined` for one that is no event, such as the half line that a killed run leaves. */
export function fromLine(line: string, root: string): RunEvent | undefined {
  const parsed = parseObject(line)
  if (parsed === undefined || parsed['v'] !== 1 || typeof parsed['type'] !== 'string') return undefined
  const own = new Set(['v', 'seq', 'process'])
  const event = Object.fromEntries(Object.entries(parsed).filter(([key]) => !own.has(key))) as unknown as RunEvent
  return event.type === 'attempt-started' ? { ...event, log: logIn(root, event.log) } : event
}

/** The process named in a run's first line. */
export function ownerIn(line: string): RunOwner | undefined {
  const owner = parseObject(line)?.['process'] as Partial<RunOwner> | undefined
  const { pid, start } = owner ?? {}
  return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined
}

// A file may have come from anywhere, and logs are shown: nothing but what runs leave is named.
function logIn(root: string, log: string): string {
  const path = joinPath(root, log)
  return isInside(path, joinPath(root, '.restage')) ? path : ''
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(line) as unknown
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
