import { readFileSync } from 'node:fs'

/** One call of the kernel by the program's main thread: the how-many-th of its name, and the line that tells of it. */
export interface SystemCall {
  readonly name: string
  /** Counted from 1. */
  readonly nth: number
  readonly line: string
}

/** Calls that change files. `openat` only where it makes one, which the caller must look for. */
export const changing =
  'rename,link,symlink,unlink,mkdir,rmdir,chmod,fchmod,write,pwrite64,writev,ftruncate,fsync,fdatasync,copy_file_range,utimensat,openat'

/** Reads what `strace -y -o FILE` has written, and keeps the calls that change something below `folder`. */
export function readChanges(file: string, folder: string): readonly SystemCall[] {
  const counts = new Map<string, number>()
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line): SystemCall[] => {
      const name = /^(\w+)\(/.exec(line)?.[1]
      if (name === undefined) return []
      const nth = (counts.get(name) ?? 0) + 1
      counts.set(name, nth)
      return line.includes(folder) && (name !== 'openat' || line.includes('O_CREAT')) ? [{ name, nth, line }] : []
    })
}

/** The line of the call that `strace` let fail, if it was about something below `folder`. */
export function readInjected(file: string, folder: string): string | undefined {
  return readFileSync(file, 'utf8')
    .split('\n')
    .find((line) => line.includes('(INJECTED)') && line.includes(folder))
}
