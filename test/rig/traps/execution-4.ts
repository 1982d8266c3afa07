import type { Chapter } from './trap.ts'

export const execution4: Chapter = {
  title: 'commands',
  traps: [],
}
