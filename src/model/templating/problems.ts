import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with the templates of dvc.yaml: `${…}`, `vars`, `foreach` and `matrix`. */
export const templateProblems = {
  unknownName(at: SourceRange, name: string, nearest: string | undefined): Problem {
    return {
      code: 'TEMPLATE_UNKNOWN_NAME',
      severity: 'error',
      message: `Could not find \`${name}\``,
      hint:
        nearest === undefined
          ? 'Define it in `params.yaml` beside the dvc.yaml or under `vars`, or write `\\${` where the text is meant for the shell'
          : `Is \`${nearest}\` meant?`,
      at,
    }
  },

  syntax(at: SourceRange, inner: string, rest: string): Problem {
    return {
      code: 'TEMPLATE_SYNTAX',
      severity: 'error',
      message: `\`\${${inner}}\` cannot be parsed${rest === '' ? '' : `, from \`${rest}\` on`}`,
      hint: 'Write a name such as `${train.lr}` or `${layers[0]}`; for the shell, write `\\${` instead of `${`',
      at,
    }
  },

  type(at: SourceRange, name: string, type: string): Problem {
    return {
      code: 'TEMPLATE_TYPE',
      severity: 'error',
      message: `Cannot interpolate data of type '${type}': \`\${${name}}\` is ${type === 'list' ? 'a list' : 'a map'}`,
      hint: 'Name one of its entries; only `cmd` takes a map, between other text',
      at,
    }
  },

  nestedList(at: SourceRange, name: string, key: string): Problem {
    return {
      code: 'TEMPLATE_TYPE',
      severity: 'error',
      message: `Cannot interpolate nested iterable in '${key}': \`\${${name}}\` holds a list of lists or maps there`,
      hint: 'Flatten the list, or name its entries one by one',
      at,
    }
  },

  keyType(at: SourceRange, type: string): Problem {
    return {
      code: 'TEMPLATE_TYPE',
      severity: 'error',
      message: `A key comes out as data of type '${type}'; expected text`,
      hint: 'Use a value that is text, or put the expression between other text',
      at,
    }
  },

  wholeKey(at: SourceRange): Problem {
    return {
      code: 'TEMPLATE_TYPE',
      severity: 'error',
      message: 'A key in the data of `foreach` or `matrix` cannot be an expression and nothing else',
      hint: 'Put it between other text, or refer to a map as a whole',
      at,
    }
  },

  tooMuchText(at: SourceRange, limit: number): Problem {
    return {
      code: 'TEMPLATE_TOO_LARGE',
      severity: 'error',
      message: `The templates of \`${at.file}\` come out at more than ${limit} characters`,
      hint: 'Split the file, or refer to large values less often',
      at,
    }
  },

  tooManyStages(at: SourceRange, limit: number): Problem {
    return {
      code: 'TEMPLATE_TOO_MANY_STAGES',
      severity: 'error',
      message: `\`${at.file}\` defines more than ${limit} stages`,
      hint: 'Split the family of stages over several files',
      at,
    }
  },

  foreachData(at: SourceRange, type: string): Problem {
    return {
      code: 'FOREACH_DATA',
      severity: 'error',
      message: `\`foreach\` expected list/dictionary, got ${type}`,
      hint: 'Give a list or a map, written in place or as one `${…}`',
      at,
    }
  },

  matrixData(at: SourceRange, name: string, type: string): Problem {
    return {
      code: 'MATRIX_DATA',
      severity: 'error',
      message: `\`matrix\` expected a list for \`${name}\`, got ${type}`,
      hint: 'Give a list, written in place or as one `${…}`',
      at,
    }
  },

  matrixEmpty(at: SourceRange): Problem {
    return {
      code: 'MATRIX_DATA',
      severity: 'error',
      message: '`matrix` is empty; expected names with lists',
      hint: 'Name at least one list, or remove `matrix`',
      at,
    }
  },

  itemUnsupported(at: SourceRange, path: string, type: string): Problem {
    return {
      code: 'TEMPLATE_TYPE',
      severity: 'error',
      message: `Unsupported value of type '${type}' in '${path}'`,
      hint: 'Put the value in quotes',
      at,
    }
  },
} as const

/** What can be wrong with `vars` and the files they name. */
export const varsProblems = {
  interpolated(at: SourceRange): Problem {
    return {
      code: 'VARS_INTERPOLATED',
      severity: 'error',
      message: 'Interpolating is not allowed in `vars`',
      hint: 'Write the value out',
      at,
    }
  },

  fileMissing(at: SourceRange, file: string): Problem {
    return {
      code: 'VARS_FILE_MISSING',
      severity: 'error',
      message: `'${file}' does not exist`,
      hint: 'Create the file, or correct its path; it is relative to the folder of the dvc.yaml, in a stage to its `wdir`',
      at,
    }
  },

  fileIsDirectory(at: SourceRange, file: string): Problem {
    return {
      code: 'VARS_FILE_INVALID',
      severity: 'error',
      message: `'${file}' is a directory; expected a file with values`,
      hint: 'Name a file in it',
      at,
    }
  },

  notMapping(at: SourceRange, file: string, type: string): Problem {
    return {
      code: 'VARS_FILE_INVALID',
      severity: 'error',
      message: `Expected a dictionary, got '${type}' in file '${file}'`,
      hint: 'Give every value in the file a name',
      at,
    }
  },

  keyMissing(at: SourceRange, key: string, file: string): Problem {
    return {
      code: 'VARS_KEY_MISSING',
      severity: 'error',
      message: `Could not find '${key}' in '${file}'`,
      hint: 'Name a key at the top level of the file; several are separated by commas, without blanks',
      at,
    }
  },

  partlyLoaded(at: SourceRange, item: string): Problem {
    return {
      code: 'VARS_ALREADY_LOADED',
      severity: 'error',
      message: `Cannot load '${item}' as it's partially loaded already`,
      hint: 'Load the file once, or each of its keys once',
      at,
    }
  },

  wholeLoaded(at: SourceRange, item: string): Problem {
    return {
      code: 'VARS_ALREADY_LOADED',
      severity: 'error',
      message: `Cannot partially load '${item}' as it's already loaded`,
      hint: 'Remove the item: all keys of the file are there (`params.yaml` is loaded by itself)',
      at,
    }
  },

  redefined(at: SourceRange, path: string, source: string, first: string): Problem {
    return {
      code: 'VARS_REDEFINED',
      severity: 'error',
      message: `Cannot redefine '${path}' from '${source}' as it already exists in '${first}'`,
      hint: 'Rename or remove one of them',
      at,
    }
  },

  reserved(at: SourceRange, names: readonly string[]): Problem {
    return {
      code: 'VARS_RESERVED',
      severity: 'error',
      message: `Attempted to modify reserved ${names.length > 1 ? 'keys' : 'key'} ${names.join(' and ')}`,
      hint: 'Choose another name: these stand for the instance of `foreach` or `matrix`',
      at,
    }
  },

  unsupported(at: SourceRange, place: string, type: string): Problem {
    return {
      code: 'VARS_TYPE_UNSUPPORTED',
      severity: 'error',
      message: `Unsupported value of type '${type}' in '${place}'`,
      hint: 'Put the value in quotes; DVC cannot load a dvc.yaml beside such a value, used or not',
      at,
    }
  },

  covered(at: SourceRange, names: readonly string[], family: string): Problem {
    const [verb, pronoun] = names.length > 1 ? ['are', 'they'] : ['is', 'it']
    return {
      code: 'VARS_COVERED',
      severity: 'warning',
      message: `${names.join(' and ')} ${verb} already specified; ${pronoun} will be overwritten for stages generated from '${family}'`,
      hint: 'Rename the value if the stages need it',
      at,
    }
  },
} as const
