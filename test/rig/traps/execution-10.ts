import type { Chapter } from './trap.ts'

export const execution10: Chapter = {
  title: 'parallelism',
  traps: [],
}
