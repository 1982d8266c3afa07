import type { Chapter } from './trap.ts'

export const execution2: Chapter = {
  title: 'cache',
  traps: [],
}
