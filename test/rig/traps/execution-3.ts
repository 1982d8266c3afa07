import type { Chapter } from './trap.ts'

export const execution3: Chapter = {
  title: 'repro',
  traps: [],
}
