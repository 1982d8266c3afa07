import type { Chapter } from './trap.ts'

export const files2: Chapter = {
  title: 'templates',
  traps: [],
}
