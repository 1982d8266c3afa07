import type { ForeignValue } from '../../base/value.ts'

const pattern =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/

/** Reads a date or a time, shown as Python's `datetime` shows it. `undefined`: there is no such day or hour. */
export function readTimestamp(text: string): ForeignValue | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] = match
  const time = [year, month, day, hour, minute, second].map((part) => Number(part ?? 0))
  if (!isTime(time)) return undefined
  if (hour === undefined) return { kind: 'date', text: formatDate(time) }
  const zoneText = zone === undefined ? '' : zone === 'Z' ? '+00:00' : `${sign}${two(zoneHour)}:${zoneMinute ?? '00'}`
  if (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0) >= 24 * 60) return undefined
  return { kind: 'datetime', text: formatTime(time, microseconds(fraction ?? '')) + zoneText }
}

function isTime([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false
  const days = new Date(0)
  days.setUTCFullYear(year, month, 0)
  return day <= days.getUTCDate()
}

// Rounded by the seventh digit alone.
function microseconds(fraction: string): number {
  const shown = Number(fraction.slice(0, 6).padEnd(6, '0'))
  return fraction.length > 6 && Number(fraction[6]) > 4 ? shown + 1 : shown
}

function formatTime(time: readonly number[], micro: number): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = time
  const moment = new Date(0)
  moment.setUTCFullYear(year, month - 1, day)
  moment.setUTCHours(hour, minute, micro > 999_999 ? second + 1 : second)
  const rest = micro % 1_000_000
  const clock = [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].map(two).join(':')
  const date = formatDate([moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate()])
  return `${date} ${clock}${rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`}`
}

function formatDate([year = 0, month = 0, day = 0]: readonly number[]): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function two(part: number | string | undefined): string {
  return String(part).padStart(2, '0')
}
