import type { Problem, SourceRange } from '../base/problem.ts'

/** What can go wrong between the cache and remotes. */
export const remoteProblems = {
  none(root: string): Problem {
    return {
      code: 'REMOTE_NONE',
      severity: 'error',
      message: `No remote specified in ${root}`,
      hint: 'Create a default remote with `dvc remote add -d <name> <url>`, or name one with `--remote`',
    }
  },

  unknown(name: string, known: readonly string[]): Problem {
    return {
      code: 'REMOTE_UNKNOWN',
      severity: 'error',
      message: `Remote '${name}' doesn't exist`,
      hint: known.length === 0 ? 'Add it with `dvc remote add`' : `Known remotes: ${known.join(', ')}`,
    }
  },

  nothingRecorded(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'NOTHING_RECORDED',
      severity: 'warning',
      stage,
      at,
      message: `Nothing is recorded of output \`${path}\`, so its data is not known`,
      hint: `Run stage \`${stage}\` first, or record it with \`restage commit\``,
    }
  },

  /** As in DVC no error of a transfer: whoever needs the data will say so. */
  missing(stage: string, path: string, count: number, remote: string, at: SourceRange): Problem {
    const objects = count === 1 ? 'an object' : `${count} objects`
    return {
      code: 'OBJECTS_MISSING',
      severity: 'warning',
      stage,
      at,
      message: `Output \`${path}\` lacks ${objects}: neither the cache nor remote '${remote}' has the data`,
      hint: 'Push it from where it was made, or make it again with `restage run`',
    }
  },

  damaged(path: string, count: number, where: string, at: SourceRange): Problem {
    return {
      code: 'OBJECTS_DAMAGED',
      severity: 'error',
      at,
      message: `${count === 1 ? 'An object' : `${count} objects`} of output \`${path}\` in ${where} ${count === 1 ? 'has' : 'have'} another content than recorded`,
      hint: 'The damaged files are left where they are; store the data again from a sound copy',
    }
  },

  runCacheNotReached(remote: string): Problem {
    return {
      code: 'RUN_CACHE_NOT_REACHED',
      severity: 'warning',
      message: `Results of earlier runs on remote '${remote}' are not looked up: only those of remotes that are folders are`,
      hint: 'Fetch them with `dvc fetch --run-cache`',
    }
  },

  needsDvc(remote: string, url: string): Problem {
    const plugin = /^([a-z]+):\/\//.exec(url)?.[1]
    const wanted = plugin === undefined || plugin === 'http' || plugin === 'https' ? 'dvc' : `dvc[${plugin}]`
    return {
      code: 'REMOTE_NEEDS_DVC',
      severity: 'error',
      message: `Remote '${remote}' (${url}) is reached through the program \`dvc\`, which was not found`,
      hint: `Install it: pip install "${wanted}"`,
    }
  },

  dvcFailed(remote: string, verb: string, detail: string): Problem {
    return {
      code: 'REMOTE_FAILED',
      severity: 'error',
      message: `\`dvc ${verb}\` for remote '${remote}' failed: ${detail}`,
      hint: 'The same call in the terminal shows more with `-v`',
    }
  },
}
