import type { Chapter } from './trap.ts'

const byHand = { test: 'entries are put into locks written by hand, and all else stays byte for byte' } as const
const bytes = {
  test: 'YAML and JSON are written with the bytes of DVC, wherever DVC reads its own bytes back',
} as const

const stage = 'stages:\n  s0: {cmd: (echo 1) > o, deps: [in.txt], outs: [o]}\n'

export const files5: Chapter = {
  title: 'dvc.lock',
  traps: [
    {
      says: 'the schema has to be a text, so its quotes matter',
      proof: {
        project: { 'dvc.yaml': stage, 'dvc.lock': 'schema: 2.0\nstages: {}\n' },
        seen: { loadErrors: ['LOCK_VERSION_INVALID'] },
      },
    },
    {
      says: 'an empty lock is refused, a missing one is not',
      proof: { project: { 'dvc.yaml': stage, 'dvc.lock': '' }, seen: { loadErrors: ['LOCK_VERSION_INVALID'] } },
    },
    {
      says: 'a lock that git ignores is refused',
      proof: { test: 'a lock that git ignores is refused, as by DVC' },
    },
    {
      says: 'a text that does not read back once it is broken into lines never equals itself again',
      proof: { test: 'a command that DVC cannot read back is up to date after us, and DVC agrees' },
    },
    {
      says: 'putting one entry in changes texts and long floats of others',
      proof: { test: 'floats of other entries stay as they are, where DVC lets their last digits drift' },
    },
    { says: 'a number after a long key stands alone on the next line', proof: bytes },
    {
      says: 'a dep that leaves dvc.yaml is no change, and stays in the lock until the stage runs again',
      proof: {
        project: {
          'dvc.yaml': stage.replace('[in.txt]', '[]'),
          'in.txt': '1\n',
          o: '1\n',
          'dvc.lock':
            "schema: '2.0'\nstages:\n  s0:\n    cmd: (echo 1) > o\n    deps:\n    - path: in.txt\n      hash: md5\n      md5: b026324c6904b2a9cb4b88d6d61c81d1\n      size: 2\n    outs:\n    - path: o\n      hash: md5\n      md5: b026324c6904b2a9cb4b88d6d61c81d1\n      size: 2\n",
        },
        seen: { status: {} },
      },
    },
    {
      says: 'new entries stand in the order of running, which is left to chance with part of the stages selected',
      proof: { test: 'a new entry goes before the first of those that come later' },
    },
    {
      says: 'a byte order mark and CR LF are lost in all entries',
      proof: byHand,
    },
    {
      says: 'deps and outs are sorted by the path as written, metrics and plots among the outs',
      proof: { test: 'deps and outs are sorted by path, in the order of code points' },
    },
    { says: 'an entry that is replaced keeps its place', proof: byHand },
    {
      says: 'params.yaml comes first, and keys are sorted on one level only',
      proof: { test: 'params.yaml stands first, files and keys are sorted, values are not' },
    },
    {
      says: 'an out that an entry does not have is modified, and of the kind of DVC 2.x',
      proof: {
        project: {
          'dvc.yaml': stage,
          'in.txt': '1\n',
          o: '1\n',
          'dvc.lock':
            "schema: '2.0'\nstages:\n  s0:\n    cmd: (echo 1) > o\n    deps:\n    - path: in.txt\n      hash: md5\n      md5: b026324c6904b2a9cb4b88d6d61c81d1\n      size: 2\n",
        },
        seen: { status: { s0: [{ 'changed outs': { o: 'modified' } }] } },
      },
    },
    {
      says: 'hashes of DVC 2.x survive further runs',
      proof: { test: 'records of both kinds: run after run, all is left as DVC leaves it' },
    },
    {
      says: 'paths of deps and outs stand in the lock as they are written, those of params files made plain',
      proof: {
        history: {
          'dvc.yaml':
            'stages:\n  s0:\n    cmd: (echo 1) > o\n    deps: [./in.txt, data/../data/x]\n    params: [./sub/../p.yaml: [k]]\n    outs: [./o]\n',
          'in.txt': '1\n',
          'data/x': '1\n',
          'sub/f': '1\n',
          'p.yaml': 'k: 1\n',
        },
        changes: ['a source is edited'],
        runs: 2,
      },
    },
    { says: 'a null in a list is a dash with a blank behind it', proof: bytes },
    {
      says: 'a param that a lock cannot hold is noticed after the command, and nothing is recorded',
      proof: { exception: 'We refuse such a param before the command runs (PARAM_UNSUPPORTED)' },
    },
    {
      says: '`1.0` and `1` stay apart',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s0:\n    cmd: (echo 1) > o\n    params: [a]\n    outs: [o]\n',
          'params.yaml': 'a: 1\n',
        },
        changes: ['a param changes its spelling', 'the lock is gone'],
        runs: 3,
      },
    },
  ],
}
