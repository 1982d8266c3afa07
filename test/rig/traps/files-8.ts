import type { Chapter } from './trap.ts'

export const files8: Chapter = {
  title: 'experiments',
  traps: [],
}
