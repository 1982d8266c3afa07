import type { Chapter } from './trap.ts'

export const files4: Chapter = {
  title: '.dvc files',
  traps: [],
}
