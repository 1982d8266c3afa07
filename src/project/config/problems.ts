import type { Problem, SourceRange } from '../../base/problem.ts'

/** What can be wrong with the files of `dvc config`. All end the command: DVC cannot be used either. */
export const configProblems = {
  unreadable(file: string, reason: string): Problem {
    return configProblem(
      'CONFIG_UNREADABLE',
      { file, line: 1, column: 1 },
      `Config file \`${file}\` cannot be read: ${reason}`,
    )
  },

  lineInvalid(at: SourceRange, line: string): Problem {
    return configProblem(
      'CONFIG_SYNTAX',
      at,
      `Expected \`[section]\` or \`key = value\`, found \`${shorten(line)}\``,
      'Comments start with #',
    )
  },

  valueInvalid(at: SourceRange, key: string): Problem {
    return configProblem(
      'CONFIG_SYNTAX',
      at,
      `The value of \`${key}\` cannot be read`,
      'Put a value with quotes, commas or # in it between double quotes',
    )
  },

  multilineInvalid(at: SourceRange, key: string): Problem {
    return configProblem(
      'CONFIG_SYNTAX',
      at,
      `The triple-quoted value of \`${key}\` does not end properly`,
      'Close it with the same three quotes, with nothing but a comment after them',
    )
  },

  sectionNesting(at: SourceRange, name: string): Problem {
    return configProblem(
      'CONFIG_SYNTAX',
      at,
      `The brackets of section \`${name}\` do not match or skip a level`,
      'Write sections as [name]',
    )
  },

  duplicate(at: SourceRange, what: 'key' | 'section', name: string): Problem {
    return configProblem(
      'CONFIG_DUPLICATE',
      at,
      `The ${what} \`${name}\` stands here a second time`,
      'Keep one of them',
    )
  },

  interpolation(at: SourceRange, key: string, reason: string): Problem {
    return configProblem(
      'CONFIG_INTERPOLATION',
      at,
      `\`%(…)s\` in the value of \`${key}\` cannot be replaced: ${reason}`,
      'It names another key of the same section, and there is no way to write it as plain text',
    )
  },

  unknownKey(at: SourceRange, key: string, nearest: string | undefined): Problem {
    const hint = nearest === undefined ? 'Remove it; DVC accepts no other names' : `Did you mean \`${nearest}\`?`
    return configProblem('CONFIG_UNKNOWN_KEY', at, `DVC has no config option \`${key}\``, hint)
  },

  unsupportedFeature(at: SourceRange, key: string): Problem {
    return {
      ...configProblem(
        'CONFIG_UNKNOWN_KEY',
        at,
        `The config option \`${key}\` is unsupported and has no effect`,
        'Remove it',
      ),
      severity: 'warning',
    }
  },

  wrongValue(at: SourceRange, key: string, expected: string, found: string): Problem {
    return configProblem('CONFIG_INVALID', at, `\`${key}\` must be ${expected}, found ${found}`)
  },

  missingUrl(at: SourceRange, remote: string): Problem {
    return configProblem(
      'CONFIG_INVALID',
      at,
      `The remote \`${remote}\` has no \`url\``,
      'Set it: dvc remote modify NAME url URL',
    )
  },

  unsupportedUrl(at: SourceRange, remote: string, scheme: string): Problem {
    return configProblem(
      'CONFIG_INVALID',
      at,
      `The remote \`${remote}\` has a URL of the unsupported type \`${scheme}://\``,
      'DVC knows s3, gs, azure, gdrive, oss, ssh, hdfs, webhdfs, http, https, webdav, webdavs and local paths',
    )
  },

  exclusive(at: SourceRange, one: string, other: string): Problem {
    return configProblem('CONFIG_INVALID', at, `\`${one}\` and \`${other}\` exclude each other`, 'Keep one of them')
  },
}

function configProblem(code: string, at: SourceRange, message: string, hint?: string): Problem {
  return { code, severity: 'error', message, at, ...(hint === undefined ? {} : { hint }) }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
