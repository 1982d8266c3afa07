import type { Chapter } from './trap.ts'

export const execution8: Chapter = {
  title: 'what integrators read',
  traps: [],
}
