import type { Problem } from '../base/problem.ts'

/** The wording of targets that cannot be found. Paths and addresses are as seen from the working directory. */
export const targetProblems = {
  noPipelineHere(hint: string): Problem {
    return error('NO_PIPELINE_HERE', 'There is no `dvc.yaml` in this folder', hint)
  },

  stageNotFound(name: string, file: string, hint: string): Problem {
    return error('STAGE_NOT_FOUND', `There is no stage \`${name}\` in \`${file}\``, hint)
  },

  nothingFound(target: string, hint: string): Problem {
    return error('TARGET_NOT_FOUND', `\`${target}\` is no stage, no DVC file and no tracked output`, hint)
  },

  fileMissing(file: string, nearest: string | undefined): Problem {
    const hint =
      nearest === undefined ? '`restage stages` lists the files that there are' : `Did you mean \`${nearest}\`?`
    return error('TARGET_FILE_MISSING', `\`${file}\` does not exist`, hint)
  },

  badFileName(file: string): Problem {
    const hint = 'A file named as a target must be a `dvc.yaml` or end in `.dvc`'
    return error('TARGET_FILE_NAME', `\`${file}\` cannot hold stages by its name`, hint)
  },

  lockFile(target: string): Problem {
    return error(
      'TARGET_FILE_NAME',
      `\`${target}\` names a lock file`,
      `Did you mean \`${target.replace('.lock', '.yaml')}\`?`,
    )
  },

  isDirectory(target: string): Problem {
    return error(
      'TARGET_IS_DIRECTORY',
      `\`${target}\` is a directory`,
      'With `-R` all stages of the files inside it are taken',
    )
  },

  noStages(file: string): Problem {
    const hint =
      'It has no `stages`, or `.dvcignore` or git hide it, or it belongs to another project; `--all-pipelines` takes all stages of this one'
    return error('TARGET_WITHOUT_STAGES', `\`${file}\` gives this project no stages`, hint)
  },

  nothingInside(directory: string): Problem {
    const hint = 'It must hold a `dvc.yaml` or .dvc files, in itself or deeper down'
    return error('TARGET_WITHOUT_STAGES', `No stage is declared inside \`${directory}\``, hint)
  },

  nothingMatches(pattern: string, file: string, hint: string): Problem {
    return error('TARGET_MATCHES_NOTHING', `No stage of \`${file}\` matches \`${pattern}\``, hint)
  },

  patternMissing(): Problem {
    return error(
      'TARGET_MATCHES_NOTHING',
      '`--glob` needs a pattern of stage names',
      "Give one as target, as in `--glob 'train*'`",
    )
  },
}

function error(code: string, message: string, hint: string): Problem {
  return { code, severity: 'error', message, hint }
}
