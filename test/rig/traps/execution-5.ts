import type { Chapter } from './trap.ts'

export const execution5: Chapter = {
  title: 'run cache',
  traps: [],
}
