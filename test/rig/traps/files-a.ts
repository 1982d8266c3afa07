import type { Chapter } from './trap.ts'

export const filesA: Chapter = {
  title: 'YAML and numbers',
  traps: [],
}
