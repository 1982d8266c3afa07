import type { Chapter } from './trap.ts'

export const execution7: Chapter = {
  title: 'files written',
  traps: [],
}
