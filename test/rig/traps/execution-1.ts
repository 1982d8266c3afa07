import type { Chapter } from './trap.ts'

export const execution1: Chapter = {
  title: 'hashing',
  traps: [],
}
