import type { Chapter } from './trap.ts'

export const files3: Chapter = {
  title: 'params',
  traps: [],
}
