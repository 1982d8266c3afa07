import type { Problem, SourceRange } from '../base/problem.ts'

/** What can be wrong with a stage once its templates are filled in, and with the files beside it. */
export const stageProblems = {
  nameEmpty(at: SourceRange): Problem {
    return {
      code: 'STAGE_NAME_INVALID',
      severity: 'error',
      message: 'A stage has an empty name',
      hint: 'Give it a name; keys of `foreach` and `matrix` must not come out empty either',
      at,
    }
  },

  nameWithAt(at: SourceRange, name: string): Problem {
    return {
      code: 'STAGE_NAME_INVALID',
      severity: 'error',
      message: `Stage name \`${name}\` contains an \`@\` of its own, which only parts a family from its instances`,
      hint: 'Rename the stage, or the keys that its family runs over',
      at,
    }
  },

  fieldType(at: SourceRange, field: string, expected: string, found: string): Problem {
    return {
      code: 'STAGE_FIELD_TYPE',
      severity: 'error',
      message: `\`${field}\` expected ${expected}, found ${found}`,
      hint: 'Put quotes around the value, or other text around its `${…}`',
      at,
    }
  },

  stageFileAsDep(at: SourceRange, path: string): Problem {
    return {
      code: 'DEP_IS_STAGE_FILE',
      severity: 'error',
      message: `DVC file '${path}' cannot be a dependency`,
      hint: 'Depend on what the file describes, not on the file',
      at,
    }
  },

  stageFileAsOut(at: SourceRange, path: string): Problem {
    return {
      code: 'OUT_IS_STAGE_FILE',
      severity: 'error',
      message: `DVC file '${path}' cannot be an output`,
      hint: 'Give the out another name: one that does not end in .dvc and is not dvc.yaml',
      at,
    }
  },

  outIgnored(at: SourceRange, path: string, rule: string): Problem {
    return {
      code: 'OUT_IGNORED',
      severity: 'error',
      message: `Path '${path}' is ignored by ${rule}`,
      hint: 'Change the rule, or write the out elsewhere',
      at,
    }
  },

  remoteUnknown(at: SourceRange, name: string): Problem {
    return {
      code: 'REMOTE_UNKNOWN',
      severity: 'error',
      message: `Remote '${name}' doesn't exist`,
      hint: 'Add it with `dvc remote add`, or correct the name',
      at,
    }
  },

  urlUnsupported(at: SourceRange, scheme: string): Problem {
    return {
      code: 'URL_UNSUPPORTED',
      severity: 'error',
      message: `Unsupported URL type ${scheme}://`,
      hint: 'Use a local path or a kind of URL that DVC knows, such as s3:// or https://',
      at,
    }
  },

  lockIgnored(at: SourceRange): Problem {
    return {
      code: 'LOCK_GIT_IGNORED',
      severity: 'error',
      message: `'${at.file}' is git-ignored`,
      hint: 'Take the rule out of .gitignore: DVC refuses the pipeline as long as it is there',
      at,
    }
  },

  notAFile(at: SourceRange): Problem {
    return {
      code: 'STAGE_FILE_INVALID',
      severity: 'error',
      message: `'${at.file}' is not a .dvc file: it is no regular file`,
      hint: 'Remove it, or mend the link',
      at,
    }
  },
} as const
