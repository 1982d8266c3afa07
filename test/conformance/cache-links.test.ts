import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { PathHash } from '../../src/cache/hashing.ts'
import type { Workspace } from '../../src/cache/workspace.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { takeSnapshot } from '../rig/snapshot.ts'
import { openDvcProject } from '../rig/dvc-project.ts'

// Outs of every kind of file that link types treat differently; what is in `dir/old` is in the cache already.
const plain = [
  'printf 1 > file.txt',
  'cp file.txt run.sh; chmod 755 run.sh',
  ': > empty.txt',
  'mkdir -p dir/sub dir/none',
  'printf 1 > dir/a; printf 2 > dir/sub/b; printf old > dir/old; : > dir/empty; printf 3 > dir/x; chmod 755 dir/x',
  'printf 5 > dir/é; printf 5 > dir/same; printf 6 > dir/private; chmod 600 dir/private',
  'printf \'{"a": 1}\' > metric.json; chmod 600 metric.json',
]

const links = ['printf 4 > target; ln -s ../target dir/link; ln -s ../dir dir/loop; ln -s target linked.txt']
const files = ['printf 4 > dir/link; printf 4 > linked.txt']

const cached = ['file.txt', 'run.sh', 'empty.txt', 'dir', 'linked.txt']

const configs: Readonly<Record<string, readonly string[]>> = {
  'by default': [],
  'as copies': ['cache.type copy'],
  'as hard links': ['cache.type hardlink'],
  'as hard links or copies': ['cache.type hardlink,copy'],
  'as symbolic links': ['cache.type symlink'],
  'in a group': ['cache.shared group'],
  'in a group as copies': ['cache.shared group', 'cache.type copy'],
  'in a group as hard links': ['cache.shared group', 'cache.type hardlink'],
  'outside the project': ['cache.dir ../cache', 'cache.type reflink,hardlink,symlink'],
}

for (const [name, config] of Object.entries(configs)) {
  // With hard links DVC makes what a link leads to a part of the cache, though it is no out; we leave it alone.
  const command = [
    ...plain,
    ...(config.some((setting) => setting.startsWith('cache.type hardlink')) ? files : links),
  ].join('; ')

  liveTest(`outs stored ${name} are left as DVC leaves them`, async (dvc) => {
    await using theirs = await openDvcProject(dvc, config)
    await using ours = await openDvcProject(dvc, config)
    for (const project of [theirs, ours]) {
      writeFileSync(join(project.root, 'old.txt'), 'old')
      project.dvc('add', '-q', 'old.txt')
    }
    writeFileSync(join(theirs.root, 'dvc.yaml'), pipeline(command))
    theirs.dvc('repro', '-q')
    await runHere(command, ours.root, await ours.openWorkspace())

    expect(await state(ours)).toEqual(await state(theirs))
  })
}

function pipeline(command: string): string {
  const list = (paths: readonly string[]): string => paths.map((path) => `    - ${path}`).join('\n')
  return `stages:\n  make:\n    cmd: ${JSON.stringify(command)}\n    deps: [old.txt]\n    outs:\n${list(cached)}\n    metrics:\n    - metric.json: {cache: false}\n`
}

async function runHere(command: string, root: string, workspace: Workspace): Promise<void> {
  execFileSync('/bin/sh', ['-c', command], { cwd: root })
  for (const path of [...cached, 'metric.json']) {
    const target = join(root, path)
    const hash = await workspace.hash(target, 'md5')
    const committed = await workspace.commitOut({ target, cache: path !== 'metric.json' }, valueOf(hash))
    expect(committed).toEqual({ ok: true, value: undefined })
  }
}

function valueOf(hash: Awaited<ReturnType<Workspace['hash']>>): PathHash {
  if (!hash.ok) throw new Error(JSON.stringify(hash.problems))
  return hash.value
}

async function state(project: { readonly root: string; readonly cache: string }): Promise<unknown> {
  const { files: found, objects } = await takeSnapshot(project.root, project.cache)
  const { 'dvc.yaml': _, ...outs } = found
  const { runs: __, ...stored } = objects
  return { outs, stored, names: names(project.root), strays: strays(project.root) }
}

// How many names each file of an out has: the cache's among them.
function names(root: string): Readonly<Record<string, number>> {
  const members = ['a', 'sub/b', 'old', 'empty', 'x', 'link', 'é', 'same', 'private'].map((path) => `dir/${path}`)
  const paths = [...cached, ...members].filter((path) => path !== 'dir')
  return Object.fromEntries(paths.map((path) => [path, lstatSync(join(root, path)).nlink]))
}

function strays(root: string): readonly string[] {
  const paths = readdirSync(join(root, '..'), { recursive: true, encoding: 'utf8' })
  return paths.filter((path) => path.endsWith('.tmp'))
}
