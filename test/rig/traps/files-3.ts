import type { Chapter } from './trap.ts'

export const files3: Chapter = {
  title: 'params',
  traps: [
    {
      says: 'templates take params.yaml beside the dvc.yaml, params of a stage are read in its wdir',
      proof: {
        project: {
          'params.yaml': 'x: root\n',
          'sub/params.yaml': 'x: below\n',
          'dvc.yaml': 'stages:\n  s: {cmd: "echo ${x}", wdir: sub, params: [x]}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'echo root', params: [['params.yaml', ['x']]] } } },
      },
    },
    {
      says: './params.yaml is recorded as params.yaml and looked up as written, so the stage runs for ever',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [./params.yaml: [a]], outs: [o]}\n',
          'params.yaml': 'a: 1\n',
        },
        changes: ['nothing', 'nothing'],
        runs: 3,
      },
    },
    {
      says: 'keys are patterns, and a pattern that fits one key is recorded as written',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: ["a*"], outs: [o]}\n',
          'params.yaml': 'abc: 1\nb: 2\n',
        },
        changes: ['nothing'],
        runs: 2,
      },
    },
    {
      says: '1 and 1.0 are equal',
      proof: {
        history: { 'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [a], outs: [o]}\n', 'params.yaml': 'a: 1\n' },
        changes: ['a param changes its spelling'],
        runs: 2,
      },
    },
    {
      says: 'a tuple inside a tuple of a Python file never equals what is read back',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [conf.py: [z]], outs: [o]}\n',
          'conf.py': 'z = ((1, 2), 3)\n',
        },
        changes: ['nothing'],
        runs: 2,
      },
    },
    {
      says: 'a tuple of a Python file equals the list read back',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [conf.py: [z]], outs: [o]}\n',
          'conf.py': 'z = (1, 2)\n',
        },
        changes: ['nothing'],
        runs: 2,
      },
    },
    {
      says: 'a file tracked whole with text and numbers as keys cannot be recorded',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [w.yaml: ], outs: [o]}\n',
          'w.yaml': 'a: 1\n1: 2\n',
        },
        changes: [],
        runs: 0,
      },
    },
    {
      says: 'a file tracked whole with numbers as keys fails after its command',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [w.yaml: ], outs: [o]}\n',
          'w.yaml': '1: 2\n2: 3\n',
        },
        changes: [],
        runs: 0,
      },
    },
    {
      says: 'an empty file tracked whole is recorded as {}',
      proof: {
        history: { 'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [w.yaml: ], outs: [o]}\n', 'w.yaml': '' },
        changes: ['nothing'],
        runs: 2,
      },
    },
    {
      says: 'a file tracked whole anywhere is tracked whole, whatever keys are named besides',
      proof: {
        project: { 'p.yaml': 'a: 1\n', 'dvc.yaml': 'stages:\n  s: {cmd: x, params: [p.yaml: [a], p.yaml: ]}\n' },
        seen: { stages: { 'dvc.yaml:s': { params: [['p.yaml', []]] } } },
      },
    },
    {
      says: 'params files link stages',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, params: [p.yaml: [a]]}\n  t: {cmd: x, outs: [p.yaml]}\n' },
        seen: { edges: { 'dvc.yaml:s': ['dvc.yaml:t'], 'dvc.yaml:t': [] } },
      },
    },
    {
      says: 'a stage that makes its own params file is a circle',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, params: [p.yaml: [a]], outs: [p.yaml]}\n' },
        seen: { graphErrors: ['STAGE_CYCLE'] },
      },
    },
    {
      says: 'indexes of lists are read as Python reads numbers',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, params: [l.01, "l.-1", "l. 1"], outs: [o]}\n',
          'params.yaml': 'l: [5, 6, 7]\n',
        },
        changes: ['nothing'],
        runs: 2,
      },
    },
  ],
}
