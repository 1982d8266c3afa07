import type { Chapter } from './trap.ts'

export const execution2: Chapter = {
  title: 'the cache',
  traps: [
    {
      says: 'An object of mode 0444 is trusted, any other is hashed, and deleted if it is damaged',
      proof: { test: 'lost and damaged objects of DVC 2.x: run after run, all is left as DVC leaves it' },
    },
    {
      says: 'A listing is stored after the files it lists',
      proof: {
        exception:
          'src/cache/workspace.test.ts shows it with a member that cannot be stored; DVC offers no moment at which to compare',
      },
    },
    {
      says: 'A checkout deletes outs of which objects are missing',
      proof: { test: 'checkout with an object lost, another member deleted leaves what DVC leaves' },
    },
    {
      says: 'Single files of outs are made anew by every run, so their times mean nothing',
      proof: { exception: 'Verdicts are made from hashes alone; no time of an out is compared anywhere' },
    },
    {
      says: 'Checkout with other link types, parts of outs, execute bits',
      proof: { test: 'checkout with execute bits lost and hard links asked for leaves what DVC leaves' },
    },
  ],
}
