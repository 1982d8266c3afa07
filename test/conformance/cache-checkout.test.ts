import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { CheckoutOptions, Workspace } from '../../src/cache/workspace.ts'
import type { ItemRecord } from '../../src/project/record.ts'
import { type DvcProject, openDvcProject } from '../rig/dvc-project.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { takeSnapshot } from '../rig/snapshot.ts'

const data = [
  'printf 1 > file.txt; printf run > run.sh; chmod 755 run.sh; : > empty.txt',
  'mkdir -p dir/sub/deep; printf 1 > dir/a; printf 2 > dir/sub/deep/b; printf 3 > dir/x; chmod 755 dir/x; : > dir/empty',
].join('; ')

const outs = ['file.txt', 'run.sh', 'empty.txt', 'dir']

interface Case {
  /** What happens to the workspace or the cache before. */
  readonly change: string
  readonly config?: string
  readonly options?: CheckoutOptions
}

const unlocked = 'chmod -R u+w .dvc/cache'

const cases: Readonly<Record<string, Case>> = {
  'nothing to do': { change: ':' },
  'everything gone': { change: 'rm -r file.txt run.sh empty.txt dir' },
  'everything gone, hard links': { change: 'rm -r file.txt run.sh empty.txt dir', config: 'cache.type hardlink' },
  'everything gone, symbolic links': { change: 'rm -r file.txt run.sh empty.txt dir', config: 'cache.type symlink' },
  'a file and a member edited': { change: 'printf new > file.txt; printf new > dir/a' },
  'a file and a member edited, forced': {
    change: 'printf new > file.txt; printf new > dir/a',
    options: { force: true },
  },
  'a file replaced by another saved one': { change: 'cp run.sh file.txt; cp dir/x dir/a' },
  'more members': { change: 'mkdir -p dir/p/q; printf new > dir/p/q/r; mkdir dir/sub/none; printf n > dir/n' },
  'more members, forced': {
    change: 'mkdir -p dir/p/q; printf new > dir/p/q/r; mkdir dir/sub/none; printf n > dir/n',
    options: { force: true },
  },
  'more members that are saved': { change: 'mkdir -p dir/p/q; cp run.sh dir/p/q/r' },
  'an empty folder more': { change: 'mkdir -p dir/sub/none dir/gone/gone' },
  'an empty folder and a member more': { change: 'mkdir -p dir/sub/none dir/gone/gone; cp run.sh dir/sub' },
  'execute bits lost': { change: 'chmod 644 run.sh dir/x' },
  'a directory where a file belongs': { change: 'rm file.txt; mkdir file.txt; printf new > file.txt/a' },
  'a directory where a file belongs, forced': {
    change: 'rm file.txt; mkdir -p file.txt/s; printf new > file.txt/s/a',
    options: { force: true },
  },
  'a file where a directory belongs, forced': { change: 'rm -r dir; printf new > dir', options: { force: true } },
  'broken links, forced': { change: 'rm file.txt; ln -s nowhere file.txt', options: { force: true } },
  'an object lost, out intact': { change: `${unlocked}; rm -r .dvc/cache/files/md5/c8` },
  'an object lost, another member deleted': {
    change: `${unlocked}; rm -r .dvc/cache/files/md5/c8; rm dir/a dir/sub/deep/b`,
  },
  'an object lost and its file': { change: `${unlocked}; rm -r .dvc/cache/files/md5/c8; rm dir/sub/deep/b` },
  'execute bits lost and hard links asked for': {
    change: 'chmod 644 run.sh; chmod 755 dir/a file.txt; dvc config cache.type hardlink',
    options: { relink: true },
  },
  'hard links asked for afterwards': { change: 'dvc config cache.type hardlink', options: { relink: true } },
  'symbolic links asked for afterwards': { change: 'dvc config cache.type symlink', options: { relink: true } },
  'copies asked for afterwards': {
    change: 'dvc config cache.type copy',
    config: 'cache.type symlink',
    options: { relink: true },
  },
}

for (const [name, { change, config = 'cache.type reflink,copy', options = {} }] of Object.entries(cases)) {
  liveTest(`checkout with ${name} leaves what DVC leaves`, async (dvc) => {
    await using theirs = await projectWithData(dvc, config)
    await using ours = await projectWithData(dvc, config)
    for (const project of [theirs, ours]) sh(project, change.replaceAll('dvc config', `${dvc} config`))
    const flags = [...(options.force ? ['-f'] : []), ...(options.relink ? ['--relink'] : [])]
    const { status } = spawnSync(dvc, ['checkout', '-q', ...flags], { cwd: theirs.root, env: theirs.env })
    const succeeded = await checkOutHere(ours.root, await ours.openWorkspace(), options)

    expect({ succeeded, ...(await state(ours)) }).toEqual({ succeeded: status === 0, ...(await state(theirs)) })
  })
}

// One project for each configuration is made by DVC, the others are its copies: starting DVC takes most of the time.
const templates = new Map<string, DvcProject>()

afterAll(async () => {
  for (const template of templates.values()) await template[Symbol.asyncDispose]()
})

async function projectWithData(dvc: string, config: string): Promise<DvcProject> {
  const template = templates.get(config)
  if (template !== undefined) return await template.copy()
  const project = await openDvcProject(dvc, [config])
  sh(project, data)
  project.dvc('add', '-q', ...outs)
  if (config.includes('symlink')) return project
  templates.set(config, project)
  return await project.copy()
}

function sh(project: DvcProject, command: string): void {
  execFileSync('/bin/sh', ['-ec', command], { cwd: project.root, env: project.env })
}

async function checkOutHere(root: string, workspace: Workspace, options: CheckoutOptions): Promise<boolean> {
  let succeeded = true
  for (const path of outs)
    succeeded = (await workspace.checkoutOut(join(root, path), itemOf(root, path), options)).ok && succeeded
  return succeeded
}

function itemOf(root: string, path: string): ItemRecord {
  const text = readFileSync(join(root, `${path}.dvc`), 'utf8')
  const hash = /md5: (\S+)/.exec(text)?.[1]
  return {
    path,
    hashName: 'md5',
    hash,
    size: undefined,
    nfiles: undefined,
    isexec: text.includes('isexec: true'),
    extra: new Map(),
  }
}

async function state({ root, cache }: DvcProject): Promise<Record<string, unknown>> {
  const { files, objects } = await takeSnapshot(root, cache)
  return { files, objects }
}
