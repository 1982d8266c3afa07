import type { Chapter } from './trap.ts'

export const files6: Chapter = {
  title: 'discovery, targets, graph',
  traps: [],
}
