import type { Chapter } from './trap.ts'

export const execution6: Chapter = {
  title: 'locks',
  traps: [],
}
