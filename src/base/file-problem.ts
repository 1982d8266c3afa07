import type { Problem } from './problem.ts'

/** A problem for an error of the file system (full disk, missing permission …); undefined for any other error, which is
 * a bug of ours and should be thrown on. */
export function fileProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  const { code, path, message } = error as NodeJS.ErrnoException
  const errno = String(code)
  return {
    code: 'FILE_FAILED',
    severity: 'error',
    message: `${path === undefined ? 'A file' : `\`${path}\``} could not be read or written (${errno}): ${message}`,
    hint: hints[errno] ?? 'Look at the file and its folder, then run again',
  }
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space and run again; finished stages are kept',
  EDQUOT: 'Free some of your quota and run again; finished stages are kept',
  EACCES: 'Give yourself access to it and run again',
  EPERM: 'Give yourself access to it and run again',
  EROFS: 'Make the file system writable and run again',
  EMFILE: 'Raise the limit of open files (`ulimit -n`) or lower `--jobs`',
}

/** The errno name of a file error: `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
