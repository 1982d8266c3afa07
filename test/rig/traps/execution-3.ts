import type { Chapter } from './trap.ts'

export const execution3: Chapter = {
  title: 'repro',
  traps: [
    {
      says: 'A stage without a lock entry has no changed command',
      proof: { test: 'status and verdicts are DVC’s after all sorts of changes' },
    },
    {
      says: 'Without targets the dvc.yaml of the folder counts, and the graph is that of the whole project',
      proof: { test: 'called-in-a-folder: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'Downstream, single items, forced dependents, pipelines: which stages, and in which order',
      proof: { test: 'options-of-repro: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'Frozen stages are not run for their deps, nor because they are always changed',
      proof: { test: 'frozen-always-changed: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'A failure ends a run, or only what depends on it, or nothing',
      proof: { test: 'the first command that fails ends its stage, and nothing else does' },
    },
    {
      says: 'Changed data is committed by a run',
      proof: { test: 'dvc-add-data: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'What --no-commit leaves out is made up for later',
      proof: { test: 'options-of-repro: run after run, status, verdicts and bytes are those of DVC' },
    },
    {
      says: 'Outs elsewhere are deleted and made again',
      proof: { test: 'outside, file: with --allow-outside all is left as DVC leaves it' },
    },
    { says: 'A changed stage is judged twice', proof: { exception: 'It costs DVC time and shows nowhere else' } },
  ],
}
