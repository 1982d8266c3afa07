import type { Problem } from '../base/problem.ts'
import type { Result } from '../base/result.ts'

/** What can go wrong with hashes, cache objects, files of outs, and DVC's locks. Paths are relative to the root where
 * they lie in it. */
export const cacheProblems = {
  pathMissing(path: string): Problem {
    return {
      code: 'PATH_MISSING',
      severity: 'error',
      message: `\`${path}\` does not exist`,
      hint: 'Create it, or bring it back with `restage checkout` or `dvc pull`',
    }
  },

  webUnreachable(url: string, detail: string): Problem {
    return {
      code: 'URL_UNREACHABLE',
      severity: 'error',
      message: `\`${url}\` cannot be reached: ${detail}`,
      hint: 'Try again when the server answers; other stages are not concerned',
    }
  },

  linkBroken(path: string): Problem {
    return {
      code: 'LINK_BROKEN',
      severity: 'error',
      message: `\`${path}\` is a symbolic link to nothing, and what is in a tracked directory must be readable`,
      hint: 'Remove the link, or let it point to a file',
    }
  },

  specialFile(path: string): Problem {
    return {
      code: 'SPECIAL_FILE',
      severity: 'error',
      message: `\`${path}\` is neither a file nor a directory, and DVC can track nothing else`,
      hint: 'Remove it, or name it in .dvcignore',
    }
  },

  nameNotUtf8(folder: string, name: string): Problem {
    return {
      code: 'NAME_NOT_UTF8',
      severity: 'error',
      message: `A file in \`${folder}\` has a name that is not UTF-8: \`${name}\``,
      hint: 'Rename it: directory listings of DVC can only hold UTF-8 names',
    }
  },

  ignoreFileInData(folder: string): Problem {
    return {
      code: 'IGNORE_FILE_IN_DATA',
      severity: 'error',
      message: `Tracked directory \`${folder}\` holds a .dvcignore`,
      hint: 'Move its patterns to a .dvcignore above the tracked directory',
    }
  },

  directoryObjectInvalid(name: string): Problem {
    return {
      code: 'DIRECTORY_OBJECT_INVALID',
      severity: 'error',
      message: `Directory object \`${name}\` in the cache is damaged`,
      hint: 'Remove the file and get it again with `dvc fetch`, or run the stage again',
    }
  },

  changedWhileStored(path: string): Problem {
    return {
      code: 'CHANGED_WHILE_STORED',
      severity: 'error',
      message: `\`${path}\` changed while it was being stored, so its hash is not that of its content`,
      hint: 'Let nothing write to the outputs of a finished stage, and run again',
    }
  },

  linkImpossible(path: string, types: readonly string[]): Problem {
    return {
      code: 'LINK_IMPOSSIBLE',
      severity: 'error',
      message: `None of the link types of \`cache.type\` (${types.join(', ')}) works for \`${path}\``,
      hint: 'Add `copy` to `cache.type`: `dvc config cache.type hardlink,copy`',
    }
  },

  nothingRecorded(path: string): Problem {
    return {
      code: 'NOTHING_RECORDED',
      severity: 'error',
      message: `No hash is recorded for \`${path}\`, so it cannot be checked out`,
      hint: 'Run the stage that makes it',
    }
  },

  objectsMissing(path: string, count: number): Problem {
    return {
      code: 'OBJECTS_MISSING',
      severity: 'error',
      message: `\`${path}\` cannot be checked out: ${count === 1 ? 'a file of it is' : `${count} files of it are`} not in the cache`,
      hint: 'Get the data with `dvc fetch`, or run the stage that makes it',
    }
  },

  unsavedFiles(path: string, files: readonly string[]): Problem {
    const shown = files.slice(0, 5).map((file) => `\`${file}\``)
    const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : ''
    return {
      code: 'UNSAVED_FILES',
      severity: 'error',
      message: `Checking out \`${path}\` would delete or replace what is not in the cache: ${shown.join(', ')}${more}`,
      hint: 'Keep it with `restage commit`, or let it go with `--force`',
    }
  },

  /** `real`: where links lead. */
  outsideProject(path: string, real?: string): Problem {
    const where = real === undefined ? 'lies outside the project' : `leads out of the project, to \`${real}\``
    return {
      code: 'OUTSIDE_PROJECT',
      severity: 'error',
      message: `\`${path}\` ${where}, and nothing outside is replaced or deleted`,
      hint: 'Move the output into the project, or let it be replaced with `--allow-outside`',
    }
  },

  protectedPath(path: string): Problem {
    return {
      code: 'PROTECTED_PATH',
      severity: 'error',
      message: `\`${path}\` belongs to git or DVC, or holds the project itself, and cannot be an output`,
      hint: 'Give the output a path of its own',
    }
  },

  /** `isFolder`: of entries with the same inputs, and empty. */
  runCacheEntryDamaged(path: string, isFolder: boolean): Problem {
    return {
      code: 'RUN_CACHE_DAMAGED',
      severity: 'warning',
      message: isFolder
        ? `Folder \`${path}\` of the run cache was empty, as a killed DVC leaves it and then fails; it has been removed`
        : `Entry \`${path}\` of the run cache was damaged and has been removed`,
    }
  },

  lockUnavailable(isHardlink: boolean): Problem {
    return {
      code: 'LOCK_UNAVAILABLE',
      severity: 'error',
      message: isHardlink
        ? "DVC's lock cannot be taken: `core.hardlink_lock` is set, but the file system of `.dvc/tmp` has no hard links"
        : "DVC's lock cannot be taken: neither `flock` nor `perl` is installed",
      hint: isHardlink
        ? 'Unset it with `dvc config --unset core.hardlink_lock`'
        : 'Install util-linux (it has `flock`) or perl',
    }
  },

  lockBusy(file: string, holder: string, waitedMs: number): Problem {
    return {
      code: 'LOCK_BUSY',
      severity: 'error',
      message: `Another DVC process holds \`${file}\`: ${holder}; waited ${seconds(waitedMs)}`,
      hint: 'Run again when it has ended, or wait longer',
    }
  },

  pathBusy(path: string, holders: readonly string[], waitedMs: number): Problem {
    return {
      code: 'LOCK_BUSY',
      severity: 'error',
      message: `Another DVC process works on \`${path}\`: ${holders.join(', ')}; waited ${seconds(waitedMs)}`,
      hint: 'Run again when it has ended; if there is no such process, remove .dvc/tmp/rwlock',
    }
  },

  rwlockCut(file: string): Problem {
    return {
      code: 'RWLOCK_RESTORED',
      severity: 'warning',
      message: `\`${file}\` was empty or cut off, as a killed DVC leaves it and then fails; it has been made anew`,
    }
  },

  rwlockHolderGone(path: string, { pid, cmd }: { readonly pid: number; readonly cmd: string }): Problem {
    return {
      code: 'RWLOCK_RESTORED',
      severity: 'warning',
      message: `PID ${pid} (${cmd}) died while it worked on \`${path}\`; its entry has been removed from \`.dvc/tmp/rwlock\``,
    }
  },

  rwlockInvalid(file: string): Problem {
    return {
      code: 'RWLOCK_INVALID',
      severity: 'error',
      message: `\`${file}\` is not in DVC's format, so DVC cannot work here either`,
      hint: 'Remove the file if no DVC process is running',
    }
  },
}

/** Words for somebody who waits for a lock, or for what is worked on. */
export function waitText(holder: string, path: string): string {
  return `Waiting for another process that holds \`${path}\` (${holder})`
}

/** Shows paths of the project in problems relative to its root, as everywhere. */
export function inProject<T>(root: string, result: Result<T>): Result<T> {
  if (result.ok) return result
  const problems = result.problems.map((problem) => ({
    ...problem,
    message: problem.message.replaceAll(`\`${root}/`, '`'),
  }))
  return { ok: false, problems }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
}
