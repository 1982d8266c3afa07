import type { BenchCase } from '../contest.ts'
import { dvc, emptyNode, restage } from '../programs.ts'

/** What it costs to begin at all. */
export const startCases: readonly BenchCase[] = [
  {
    name: 'start-version',
    says: '`--version`',
    quick: true,
    prepare: async ({ folder }) => ({
      ours: restage(folder, '--version'),
      peers: { ...emptyNode(folder), ...dvc(folder, 'dvc --version', '--version') },
      goals: [{ against: 'node', of: 'wall', atMost: 1.15 }],
    }),
  },
  {
    name: 'start-help',
    says: '`--help`',
    quick: true,
    prepare: async ({ folder }) => ({
      ours: restage(folder, '--help'),
      peers: { ...emptyNode(folder), ...dvc(folder, 'dvc --help', '--help') },
      goals: [{ against: 'node', of: 'wall', atMost: 1.3 }],
    }),
  },
]
