import type { Chapter } from './trap.ts'

export const execution9: Chapter = {
  title: 'remotes',
  traps: [],
}
