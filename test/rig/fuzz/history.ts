import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { anyProject, type ProjectFiles } from './project.ts'

type Apply = (root: string, pick: number, outs: readonly string[]) => void

const changes = {
  nothing: () => undefined,
  'a source is edited': (root, pick) => appendFileSync(join(root, ['in.txt', 'data/x'][pick % 2]!), `${pick}\n`),
  'a source is gone': (root) => remove(root, 'data/y'),
  'a file is added': (root, pick) => writeFileSync(join(root, 'data', `new${pick % 3}`), 'new\n'),
  'a param changes': (root, pick) => edit(root, 'params.yaml', (text) => text.replace(/^a: .*$/m, `a: ${pick}`)),
  'a param changes its spelling': (root) => edit(root, 'params.yaml', (text) => text.replace(/^a: 1$/m, 'a: 1.0')),
  'an out is edited': (root, pick, outs) => editOut(root, outs[pick % outs.length]),
  'an out is gone': (root, pick, outs) => remove(root, outs[pick % outs.length]),
  'the lock is gone': (root) => remove(root, 'dvc.lock'),
  'the lock loses its hash names': (root) => edit(root, 'dvc.lock', (text) => text.replaceAll(/^ +hash: md5\n/gm, '')),
  'the lock loses an entry': (root) => edit(root, 'dvc.lock', (text) => text.replace(/^ {2}s0:\n(?: {4}.*\n)+/m, '')),
  'the objects are gone': (root) => remove(root, '.dvc/cache/files'),
  'an object is gone': (root, pick) => removeObject(root, pick),
  'the run cache is gone': (root) => remove(root, '.dvc/cache/runs'),
  'a command changes': (root) => edit(root, 'dvc.yaml', (text) => text.replace('(echo', '(echo more')),
} satisfies Record<string, Apply>

const changeKinds = Object.keys(changes) as (keyof typeof changes)[]

/** A project and what happens to it between runs. */
export interface History {
  readonly files: ProjectFiles
  readonly changes: readonly Change[]
}

/** One change. `pick` chooses among what is there. */
export interface Change {
  readonly kind: keyof typeof changes
  readonly pick: number
}

export const anyHistory: fc.Arbitrary<History> = fc.record({
  files: fc
    .tuple(
      anyProject,
      fc.constantFrom('', '', '', '[cache]\n    type = symlink\n', '[cache]\n    type = "hardlink,copy"\n'),
    )
    .map(([files, config]) => withConfig(files, config)),
  changes: fc.array(fc.record({ kind: fc.constantFrom(...changeKinds), pick: fc.nat(50) }), {
    minLength: 1,
    maxLength: 3,
  }),
})

// Where workspace and cache share a file, DVC's own checks take an executable bit away and give it back by turns.
function withConfig(files: ProjectFiles, config: string): ProjectFiles {
  const pipeline = files['dvc.yaml'] ?? ''
  return {
    ...files,
    '.dvc/config': config,
    'dvc.yaml': config === '' ? pipeline : pipeline.replaceAll('chmod +x', 'ls'),
  }
}

/** Makes the change in the project at `root`. `outs`: files of the workspace that a run has made. */
export function applyHistoryChange({ kind, pick }: Change, root: string, outs: readonly string[]): void {
  changes[kind](root, pick, outs)
}

function edit(root: string, path: string, change: (text: string) => string): void {
  const file = join(root, path)
  if (existsSync(file)) writeFileSync(file, change(readFileSync(file, 'utf8')))
}

function remove(root: string, path: string | undefined): void {
  if (path !== undefined) rmSync(join(root, path), { recursive: true, force: true })
}

// A person's editor writes a new file, so links into the cache do no harm.
function editOut(root: string, path: string | undefined): void {
  if (path === undefined || !existsSync(join(root, path))) return
  const file = join(root, path)
  if (statSync(file).isDirectory()) return writeFileSync(join(file, 'added'), 'added\n')
  const { mode } = statSync(file)
  const text = readFileSync(file)
  rmSync(file)
  writeFileSync(file, Buffer.concat([text, Buffer.from('edited\n')]))
  chmodSync(file, mode | 0o200)
}

// All objects of one letter, which is all that is the same in both projects without looking.
function removeObject(root: string, pick: number): void {
  for (const second of '0123456789abcdef') remove(root, `.dvc/cache/files/md5/${(pick % 16).toString(16)}${second}`)
}
