import type { Problem } from '../base/problem.ts'

/** What can go wrong while walking a project. */
export const walkProblems = {
  folderUnreadable(folder: string, reason: string): Problem {
    return {
      code: 'FOLDER_UNREADABLE',
      severity: 'warning',
      message: `Folder \`${folder}\` cannot be listed, so stages in it are not seen: ${reason}`,
      hint: 'Make the folder readable, or name it in .dvcignore',
    }
  },
}

/** What can be wrong with any text file of a project. */
export const textProblems = {
  notUtf8(file: string): Problem {
    return {
      code: 'FILE_NOT_UTF8',
      severity: 'error',
      message: `\`${file}\` is not valid UTF-8`,
      hint: 'Save the file as UTF-8',
      at: { file, line: 1, column: 1 },
    }
  },
}
