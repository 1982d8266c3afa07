import type { Chapter } from './trap.ts'

const md5 = 'b026324c6904b2a9cb4b88d6d61c81d1'

export const files4: Chapter = {
  title: '.dvc files',
  traps: [
    {
      says: 'the keys of an out stand in another order than in dvc.lock: the hash first, the path last',
      proof: { test: '.dvc files are updated as DVC updates them: places, comments, and all that stays' },
    },
    {
      says: 'an item without `hash` has a hash of DVC 2.x, for which CR LF and LF are alike',
      proof: { test: 'a project of DVC 2.x: run after run, all is left as DVC leaves it' },
    },
    {
      says: 'a hash of DVC 2.x stays one as long as it holds, and becomes one of DVC 3 when the data changes',
      proof: { test: 'a project of DVC 2.x whose outs change: run after run, all is left as DVC leaves it' },
    },
    {
      says: 'comments and the order of keys survive an update',
      proof: { test: '.dvc files are updated as DVC updates them: places, comments, and all that stays' },
    },
    {
      says: 'the digest of an import leaves out sizes, the executable bit, annotations, and a wdir that is the default',
      proof: { test: 'imports have the digest that DVC gives them, whatever is said about them' },
    },
    {
      says: 'a frozen import is never run again, and one whose data is gone is refused, not fetched',
      proof: { test: 'imports that are frozen are refused when their data is gone, and told of no further' },
    },
    {
      says: 'a frozen import is not told of as frozen, other frozen stages are',
      proof: { test: 'imports that are frozen are refused when their data is gone, and told of no further' },
    },
    {
      says: 'an import from inside the project hangs on the stage that makes its source',
      proof: {
        project: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > f.txt, outs: [f.txt]}\n',
          'sub/e.dvc': `frozen: true\ndeps:\n- path: ../f.txt\n  hash: md5\n  md5: ${md5}\nouts:\n- md5: ${md5}\n  hash: md5\n  path: e\n`,
        },
        seen: { edges: { 'sub/e.dvc:': ['dvc.yaml:s'] } },
      },
    },
  ],
}
