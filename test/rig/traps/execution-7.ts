import type { Chapter } from './trap.ts'

export const execution7: Chapter = {
  title: 'files written',
  traps: [
    {
      says: 'A failing run takes back ignore lines of stages that succeeded',
      proof: { exception: 'We keep them, see docs/reference/dvc-compatibility.md' },
    },
    {
      says: 'Names in .gitignore are escaped',
      proof: { test: 'odd-names: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'A directory dep holds the .gitignore of outs in it',
      proof: { test: 'generated-gitignore: run after run, status, verdicts and bytes are those of DVC' },
    },
  ],
}
