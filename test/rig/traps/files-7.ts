import type { Chapter } from './trap.ts'

export const files7: Chapter = {
  title: 'configuration',
  traps: [],
}
