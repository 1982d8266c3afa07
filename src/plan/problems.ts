import type { Problem, SourceRange } from '../base/problem.ts'

// DVC's plugins are called after the scheme.
function pluginHint(path: string): string {
  const scheme = /^([a-z0-9]+):\/\//i.exec(path)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'http' || scheme === 'https' || scheme === 'remote') return ''
  return `; DVC needs a plugin for it: pip install "dvc[${scheme === 'webdavs' ? 'webdav' : scheme}]"`
}

/** The wording of what keeps a stage from being judged or run, found before anything runs. */
export const planProblems = {
  remoteUnsupported(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'REMOTE_UNSUPPORTED',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` uses \`${path}\`, which Restage cannot read`,
      hint: `Run this stage with \`dvc repro ${stage}\`${pluginHint(path)}`,
    }
  },

  datasetUnknown(stage: string, name: string, at: SourceRange): Problem {
    return {
      code: 'DATASET_UNKNOWN',
      severity: 'error',
      stage,
      at,
      message: `Stage \`${stage}\` depends on dataset \`${name}\`, which no dvc.yaml declares`,
      hint: 'Add it with `dvc ds add`, or correct the name',
    }
  },

  datasetNotInSync(stage: string, name: string, at: SourceRange): Problem {
    return {
      code: 'DATASET_NOT_IN_SYNC',
      severity: 'error',
      stage,
      at,
      message: `Dataset \`${name}\` of stage \`${stage}\` is not as dvc.lock has it, or is not there at all`,
      hint: `Bring it there with \`dvc ds update ${name}\``,
    }
  },

  paramAmbiguous(stage: string, key: string, path: string, at: SourceRange): Problem {
    return {
      code: 'PARAM_AMBIGUOUS',
      severity: 'error',
      stage,
      at,
      message: `Parameter \`${key}\` of stage \`${stage}\` matches more than one value in \`${path}\``,
      hint: 'Keys are patterns: name exactly one value, or list the keys one by one',
    }
  },

  paramsNotMapping(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'PARAMS_NOT_MAPPING',
      severity: 'error',
      stage,
      at,
      message: `Parameters file \`${path}\` of stage \`${stage}\` is tracked whole but is not a mapping`,
      hint: 'Make its top level a mapping, or list the keys the stage uses',
    }
  },
  /** `maker`: a stage that makes the dep and is not part of the run. */
  depMissing(stage: string, path: string, at: SourceRange, maker?: string): Problem {
    return {
      code: 'DEP_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Dependency \`${path}\` of stage \`${stage}\` does not exist`,
      hint:
        maker === undefined
          ? 'Create the file, get it with `dvc pull`, or correct the path'
          : `Stage \`${maker}\` makes it: run that too`,
    }
  },

  paramMissing(stage: string, keys: readonly string[], path: string, at: SourceRange): Problem {
    const names = keys.map((key) => `\`${key}\``).join(', ')
    return {
      code: 'PARAM_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Parameters ${names} of stage \`${stage}\` are missing from \`${path}\``,
      hint: `Add them to \`${path}\`, or remove them from the stage's \`params\``,
    }
  },

  paramUnsupported(stage: string, path: string, detail: string, at: SourceRange): Problem {
    return {
      code: 'PARAM_UNSUPPORTED',
      severity: 'error',
      stage,
      at,
      message: `Parameters of stage \`${stage}\` in \`${path}\` cannot be recorded: ${detail}`,
      hint: 'Write dates and other special values as strings (in quotes)',
    }
  },

  dataMissing(stage: string, paths: readonly string[], at: SourceRange): Problem {
    const names = paths.map((path) => `\`${path}\``).join(', ')
    return {
      code: 'DATA_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Data of \`${stage}\` is missing: ${names}`,
      hint: 'Bring it back with `restage checkout`, or get it with `dvc pull`',
    }
  },

  wdirMissing(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'WDIR_MISSING',
      severity: 'error',
      stage,
      at,
      message: `Working directory \`${path}\` of stage \`${stage}\` does not exist`,
      hint: "Create the directory, or correct the stage's `wdir`",
    }
  },

  outOutsideCached(stage: string, path: string, at: SourceRange): Problem {
    return {
      code: 'OUT_OUTSIDE_CACHED',
      severity: 'error',
      stage,
      at,
      message: `Output \`${path}\` of stage \`${stage}\` lies outside the project and cannot be cached`,
      hint: 'Move it into the project, or set `cache: false` on it',
    }
  },
}
