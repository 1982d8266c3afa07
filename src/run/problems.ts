import type { Problem, SourceRange } from '../base/problem.ts'
import { planProblems } from '../plan/problems.ts'

/** The wording of everything that can go wrong while a run is on. */
export const runProblems = {
  // What a plan can often tell beforehand.
  ...planProblems,

  outMissing(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'OUT_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` did not make its output \`${path}\``,
      hint: 'Let the command write that path, or correct the path',
    }
  },

  outNotFile(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'OUT_NOT_FILE',
      severity: 'error',
      stage,
      at,
      message: `Output \`${path}\` of stage \`${stage}\` is neither a file nor a directory`,
      hint: 'Only files and directories can be tracked: write one of them, or remove the output from the stage',
    }
  },

  outTrackedByGit(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'OUT_TRACKED_BY_GIT',
      severity: 'error',
      stage,
      at,
      message: `Output \`${path}\` of stage \`${stage}\` is tracked by git`,
      hint: `Stop tracking it with \`git rm -r --cached '${path}'\` and commit, or set \`cache: false\` on it`,
    }
  },

  metricBinary(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'METRIC_BINARY',
      severity: 'error',
      stage,
      at,
      message: `Metrics file \`${path}\` of stage \`${stage}\` is binary`,
      hint: 'Write metrics as JSON, YAML or TOML, or list the file under `outs`',
    }
  },

  outEmpty(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'OUT_EMPTY',
      severity: 'warning',
      stage,
      at,
      message: `Output \`${path}\` of stage \`${stage}\` is empty`,
    }
  },

  importUnsupported(stage: string, at: SourceRange): Problem {
    return {
      code: 'IMPORT_UNSUPPORTED',
      severity: 'error',
      stage,
      at,
      message: `Import \`${stage}\` has changed, and Restage cannot import from there`,
      hint: `Update it with \`restage update ${stage}\`, which calls \`dvc\``,
    }
  },

  importIncomplete(stage: string, at: SourceRange): Problem {
    return {
      code: 'IMPORT_INCOMPLETE',
      severity: 'error',
      stage,
      at,
      message: `The data of import \`${stage}\` never came from its git repository`,
      hint: `Bring it with \`dvc pull ${stage}\``,
    }
  },

  importNeedsDvc(stage: string, at: SourceRange): Problem {
    return {
      code: 'IMPORT_NEEDS_DVC',
      severity: 'error',
      stage,
      at,
      message: `Import \`${stage}\` is brought by the program \`dvc\`, which was not found`,
      hint: 'Install it: pip install dvc',
    }
  },

  importFailed(stage: string, detail: string, at: SourceRange): Problem {
    return {
      code: 'IMPORT_FAILED',
      severity: 'error',
      stage,
      at,
      message: `Import \`${stage}\` cannot be brought: ${detail}`,
      hint: `\`dvc fetch -v ${stage}\` shows more`,
    }
  },

  /** `how`: `exit code 3`, `signal SIGKILL`. */
  commandFailed(stage: string, command: string, how: string, at: SourceRange): Problem {
    return {
      code: 'COMMAND_FAILED',
      severity: 'error',
      stage,
      at,
      message: `Command of stage \`${stage}\` failed with ${how}: ${command}`,
      hint: `Its output tells more; \`restage run ${stage}\` tries again`,
    }
  },

  /** `limit`: `2h00m`. */
  commandTimedOut(stage: string, limit: string, at: SourceRange): Problem {
    return {
      code: 'COMMAND_TIMED_OUT',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` was ended because it took longer than ${limit}`,
      hint: 'Raise its `timeout` in restage.yaml, or look in its output for what it waited for',
    }
  },

  shellMissing(stage: string, shell: string, errno: string, at: SourceRange): Problem {
    return {
      code: 'SHELL_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Shell \`${shell}\` cannot be started for stage \`${stage}\` (${errno})`,
      hint: 'Commands run in `$SHELL`: set it to an installed shell, or unset it to use /bin/sh',
    }
  },

  logFailed(stage: string, log: string, errno: string, at: SourceRange): Problem {
    return {
      code: 'FILE_FAILED',
      severity: 'error',
      stage,
      at,
      message: `The log \`${log}\` of stage \`${stage}\` cannot be opened (${errno})`,
      hint: 'Look at the file and its folder, then run again',
    }
  },

  processesLeft(stage: string, processes: readonly { readonly pid: number; readonly name: string }[]): Problem {
    const names = processes.map(({ pid, name }) => `${pid} (${name})`).join(', ')
    const what =
      processes.length === 1
        ? '1 process behind in a session of its own'
        : `${processes.length} processes behind in sessions of their own`
    return {
      code: 'PROCESSES_LEFT',
      severity: 'warning',
      stage,
      message: `Stage \`${stage}\` left ${what}: ${names}`,
      hint: 'End them with `kill` if they are not meant to stay',
    }
  },

  commandLost(stage: string, command: string, at: SourceRange): Problem {
    return {
      code: 'COMMAND_LOST',
      severity: 'error',
      stage,
      at,
      message: `The process that watched over \`${command}\` of stage \`${stage}\` has died, and the command was ended`,
      hint: 'Run again; if it happens again, look whether memory runs out (the system log names what it killed)',
    }
  },

  notConfirmed(stage: string, at: SourceRange): Problem {
    return { code: 'NOT_CONFIRMED', severity: 'error', stage, at, message: `Stage \`${stage}\` was not confirmed` }
  },

  depChangedWhileRunning(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'DEP_CHANGED_WHILE_RUNNING',
      severity: 'warning',
      stage,
      at,
      message: `Dependency \`${path}\` changed while stage \`${stage}\` ran; it is recorded as it is now, as DVC does`,
      hint: `Run \`restage run -f ${stage}\` if the results do not match it`,
    }
  },

  stageFrozen(stage: string, at: SourceRange): Problem {
    return {
      code: 'STAGE_FROZEN',
      severity: 'warning',
      stage,
      at,
      message: `Stage \`${stage}\` is frozen: its dependencies are not looked at`,
      hint: `Thaw it with \`dvc unfreeze ${stage}\``,
    }
  },

  commitNotConfirmed(stage: string, changes: readonly string[], at: SourceRange): Problem {
    return {
      code: 'COMMIT_NOT_CONFIRMED',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` has changed since it was recorded: ${changes.join(', ')}`,
      hint: 'Record it as it is now with `--force`, or run it with `restage run`',
    }
  },
}
