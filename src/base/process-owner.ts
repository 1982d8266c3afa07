import { isProcessAlive, startOfProcess } from './platform.ts'

/** A process as it is noted in a file. Process ids are used again; the time of the start tells them apart. */
export interface ProcessOwner {
  readonly pid: number
  /** Empty where the system does not tell. */
  readonly start: string
}

/** This process. */
export function thisProcess(): ProcessOwner {
  return { pid: process.pid, start: startOfProcess(process.pid) ?? '' }
}

/** True while the very process that was noted is alive. */
export function isRunning({ pid, start }: ProcessOwner): boolean {
  return isProcessAlive(pid) && (startOfProcess(pid) ?? '') === start
}

/** The beginning of a file's name that says whose it is. */
export function ownerName({ pid, start }: ProcessOwner): string {
  return `${pid}-${start}`
}

/** Reads such a name; `undefined`: it is another. */
export function parseOwnerName(name: string): ProcessOwner | undefined {
  const [, pid, start = ''] = /^(\d+)-(\d*)$/.exec(name) ?? []
  return pid === undefined ? undefined : { pid: Number(pid), start }
}
