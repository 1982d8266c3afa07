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
