import type { Chapter } from './trap.ts'

export const files5: Chapter = {
  title: 'dvc.lock',
  traps: [],
}
