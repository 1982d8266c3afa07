import type { Chapter } from './trap.ts'

export const execution7: Chapter = {
  title: 'files written',
  traps: [
    {
      says: 'A failing run takes back ignore lines of stages that succeeded',
      proof: { exception: 'We keep them, see docs/reference/dvc-compatibility.md' },
    },
    {
      says: 'That git tracks an out is noticed only when the stage has run; it could be known before',
      proof: { test: 'an out that git tracks: OUT_TRACKED_BY_GIT, with its place and the next step' },
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
