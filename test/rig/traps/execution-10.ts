import type { Chapter } from './trap.ts'

export const execution10: Chapter = {
  title: 'parallelism',
  traps: [
    {
      says: 'Experiments hand their own function to repro',
      proof: { exception: "Restage is a program beside DVC and replaces nothing in it; dvc exp calls DVC's own repro" },
    },
  ],
}
