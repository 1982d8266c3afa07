import type { Chapter } from './trap.ts'

export const files8: Chapter = {
  title: 'experiments',
  traps: [
    {
      says: 'hydra.enabled does nothing to repro',
      proof: {
        project: {
          '.dvc/config': '[core]\n    no_scm = true\n[hydra]\n    enabled = true\n',
          'conf/config.yaml': 'a: 2\n',
          'params.yaml': 'a: 1\n',
          'dvc.yaml': 'stages:\n  s: {cmd: "x ${a}"}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'x 1' } } },
      },
    },
    {
      says: 'checkpoint is accepted and means nothing',
      proof: {
        project: { 'dvc.yaml': 'stages:\n  s: {cmd: x, outs: [o: {checkpoint: true}]}\n' },
        seen: { loadErrors: [] },
      },
    },
  ],
}
