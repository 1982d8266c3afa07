import type { Chapter } from './trap.ts'

export const execution8: Chapter = {
  title: 'what integrators read',
  traps: [
    {
      says: 'Values of status are words or mappings, and entries may be words',
      proof: { test: 'status and verdicts are DVC’s after all sorts of changes' },
    },
    {
      says: 'The output of repro is no interface',
      proof: { exception: 'The tests read only the lines that DVC itself keeps stable, in test/rig/run-dvc.ts' },
    },
  ],
}
