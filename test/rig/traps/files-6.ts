import type { Chapter } from './trap.ts'

export const files6: Chapter = {
  title: 'discovery, targets, graph',
  traps: [
    { says: 'run takes no paths of outs as targets', proof: { test: 'targets name the stages that they name in DVC' } },
    {
      says: 'a pattern that matches nothing would run everything',
      proof: { test: 'targets that cannot be found fail the plan' },
    },
    {
      says: 'a target is cut at its first @, a name at its last',
      proof: { test: 'targets name the stages that they name in DVC' },
    },
    {
      says: 'a stage wins over an out of the same name',
      proof: { test: 'targets name the stages that they name in DVC' },
    },
    {
      says: 'files are found in the order of the directory',
      proof: { exception: 'We go by name, so that the order is the same on every machine' },
    },
    {
      says: 'outs found so far are not walked into',
      proof: {
        project: {
          'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [sub]}\n',
          'sub/dvc.yaml': 'stages:\n  hidden: {cmd: x}\n',
        },
        seen: { loadErrors: [], graphErrors: [], edges: { 'dvc.yaml:s': [] } },
      },
    },
    {
      says: 'a folder that is a project of its own is hashed as empty',
      proof: {
        history: {
          'dvc.yaml': 'stages:\n  s: {cmd: echo 1 > o, deps: [data], outs: [o]}\n',
          'data/.dvc/config': '',
          'data/x': 'x\n',
          'data/y': 'y\n',
        },
        changes: ['a file is added'],
        runs: 2,
      },
    },
    {
      says: 'any entry called .dvc, a file too, makes a folder a project of its own',
      proof: {
        project: {
          'dvc.yaml': 'stages:\n  s: {cmd: x}\n',
          'sub/.dvc': 'a file\n',
          'sub/dvc.yaml': 'stages:\n  hidden: {cmd: x}\n',
        },
        seen: { edges: { 'dvc.yaml:s': [] } },
      },
    },
    {
      says: '.dvcignore does not follow the rules of .gitignore',
      proof: { test: 'ignore rules are DVC’s for hundreds of pattern sets' },
    },
    {
      says: 'patterns of folders below are put behind those above',
      proof: { test: 'ignore rules are DVC’s for hundreds of pattern sets' },
    },
    {
      says: 'an ignored out is an error, an ignored dep is none',
      proof: {
        project: {
          '.dvcignore': '*.log\n',
          'a.log': 'a\n',
          'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [o.log]}\n  t: {cmd: x, deps: [a.log]}\n',
        },
        seen: { loadErrors: ['OUT_IGNORED'], stages: { 'dvc.yaml:t': { deps: ['a.log'] } } },
      },
    },
    {
      says: 'whether something is there is asked of the link, not of what it leads to',
      proof: { test: 'an ignored path exists as a dep and not as an out, but for a project of its own' },
    },
    {
      says: 'stage files that git ignores are passed over',
      proof: { test: 'what git ignores is left out' },
    },
    {
      says: 'outs overlap by parts of their paths, not by letters',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [d, d2]}\n  t: {cmd: x, outs: [d/f]}\n' },
        seen: { graphErrors: ['OUT_OVERLAP'] },
      },
    },
    {
      says: 'a command of several lines is several commands, and Python says what ends a line',
      proof: { test: 'splits lines as str.splitlines does' },
    },
    {
      says: 'repro --dry fails where a stage needs what an earlier one would make',
      proof: { exception: 'We say what would be done, as the compatibility page tells' },
    },
  ],
}
