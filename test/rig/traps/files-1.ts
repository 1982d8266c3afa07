import type { Chapter } from './trap.ts'

export const files1: Chapter = {
  title: 'dvc.yaml',
  traps: [],
}
