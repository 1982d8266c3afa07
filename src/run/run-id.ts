import { randomBytes } from 'node:crypto'
import type { RunId } from './events.ts'

/** The id of a run that starts at `now`: date and time in UTC, then three hexadecimal digits of milliseconds and three of
 * chance. Ids sort by time of start; only runs of the same millisecond have no order. */
export function newRunId(now: Date): RunId {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+Z/g, '')
  const millisecond = now.getUTCMilliseconds().toString(16).padStart(3, '0')
  return `${stamp}-${millisecond}${randomBytes(2).toString('hex').slice(1)}` as RunId
}

export function isRunId(text: string): text is RunId {
  return idPattern.test(text)
}

/** When a run started, by its id, to the second; ms since 1970. */
export function startOf(run: RunId): number {
  const [, year, month, day, hour, minute, second] = idPattern.exec(run) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

const idPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-[0-9a-f]{6}$/
