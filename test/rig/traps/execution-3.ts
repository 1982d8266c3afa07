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
      says: 'Frozen stages fail where an out is missing, also those that are always changed',
      proof: { test: 'a frozen stage that is always changed is left alone, and fails if outs are missing' },
    },
    {
      says: 'A dvc.yaml elsewhere that cannot be parsed keeps every stage from running',
      proof: {
        test: 'a stage file elsewhere that cannot be parsed is refused by DVC; we show the rest and run nothing',
      },
    },
    {
      says: 'Missing data may be missing unless what made it has changed, here or in a stage before',
      proof: {
        test: 'data that is missing is allowed to be missing as long as nothing that made it has changed',
      },
    },
    {
      says: 'What is missing is pulled before stages are judged; what is nowhere is made',
      proof: { test: 'data that is missing is pulled, and what cannot be pulled is made' },
    },
    {
      says: 'A dry run changes nothing, and fails at the first stage whose dep another would have made',
      proof: { test: 'a dry run changes nothing, and DVC names the same stages as far as it gets' },
    },
    {
      says: 'Stages without deps, without outs, without both',
      proof: {
        test: 'stages without deps run once, those without deps and outs each time, and without outs when a dep changes',
      },
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
