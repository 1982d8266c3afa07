import type { Chapter } from './trap.ts'

export const execution5: Chapter = {
  title: 'run cache',
  traps: [
    {
      says: 'Only the newest result of a key is looked at, by the time of its file',
      proof: { exception: 'src/cache/run-cache.test.ts shows it; not yet compared in a story with DVC' },
    },
    {
      says: 'A text that does not survive dvc.lock makes its stage change for ever',
      proof: { exception: 'Ours survive, see docs/reference/dvc-compatibility.md: nothing changes for ever' },
    },
    { says: 'Keys and values of entries', proof: { test: "run cache entries are DVC's own" } },
  ],
}
