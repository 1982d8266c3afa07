import { join } from 'node:path'
import { rmSync } from 'node:fs'
import type { BenchCase } from '../contest.ts'
import { makeProject } from '../generate.ts'
import { after, emptyNode, restage, shell } from '../programs.ts'

const print = "head -c 1000000000 /dev/zero | tr '\\\\0' 'a' | fold -w 100"

/** One stage that prints a lot. */
export const logCases: readonly BenchCase[] = [
  {
    name: 'log-1g',
    says: 'one stage prints 1 GB',
    quick: false,
    prepare: async ({ folder }) => {
      makeProject(folder, { 'dvc.yaml': `stages:\n  s:\n    cmd: ${JSON.stringify(print)}\n` })
      const forget = (): void => rmSync(join(folder, '.restage'), { recursive: true, force: true })
      return {
        ours: after(forget, restage(folder, 'run', '-q')),
        peers: { 'to a file': shell(folder, `${print} > out.log`), ...emptyNode(folder) },
        goals: [
          { against: 'to a file', of: 'wall', atMost: 1 / 0.95 },
          // An empty Node needs about 45 MB, so twice that is 45 MB more.
          { against: 'node', of: 'memory', atMost: 2.1 },
        ],
      }
    },
  },
]
