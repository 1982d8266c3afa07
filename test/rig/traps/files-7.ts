import type { Chapter } from './trap.ts'

export const files7: Chapter = {
  title: 'configuration',
  traps: [
    {
      says: 'names of sections and keys are lower-cased, those of remotes too',
      proof: { test: 'config files are read, or refused, as DVC does' },
    },
    { says: 'a comma makes a list', proof: { test: 'config files are read, or refused, as DVC does' } },
    {
      says: 'paths start from the folder of the file that has them',
      proof: { test: 'config files are read, or refused, as DVC does' },
    },
    {
      says: 'the configuration is read anew for each operation',
      proof: { exception: 'A command reads it once; a broken file fails every command, as in DVC' },
    },
    {
      says: 'parsing.bool and parsing.list change commands',
      proof: {
        project: {
          '.dvc/config': '[core]\n    no_scm = true\n[parsing]\n    bool = boolean_optional\n    list = append\n',
          'params.yaml': 'd: {a: false, l: [1, 2]}\n',
          'dvc.yaml': 'stages:\n  s: {cmd: "x ${d}"}\n',
        },
        seen: { stages: { 'dvc.yaml:s': { cmd: 'x --no-a --l 1 --l 2' } } },
      },
    },
  ],
}
