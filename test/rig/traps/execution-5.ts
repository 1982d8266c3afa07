import type { Chapter } from './trap.ts'

export const execution5: Chapter = {
  title: 'run cache',
  traps: [
    {
      says: 'Only the newest result of a key is looked at, by the time of its file',
      proof: {
        test: 'of several earlier results the newest is taken, a hand-made one too, and each stays as it is',
      },
    },
    {
      says: 'An entry is trusted by its place: what it says of command and deps is not compared, nor is it written anew',
      proof: {
        test: 'of several earlier results the newest is taken, a hand-made one too, and each stays as it is',
      },
    },
    {
      says: 'An entry that cannot be read is as none',
      proof: { test: 'a damaged or empty earlier result is no result' },
    },
    {
      says: 'A text that does not survive dvc.lock makes its stage change for ever',
      proof: { exception: 'Ours survive, see docs/reference/dvc-compatibility.md: nothing changes for ever' },
    },
    { says: 'Keys and values of entries', proof: { test: "run cache entries are DVC's own" } },
  ],
}
