import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { directoryObjectText } from '../../src/cache/hash/directory-object.ts'
import type { LocalHashName } from '../../src/cache/hash/hash-file.ts'
import type { Workspace } from '../../src/cache/workspace.ts'
import { openDvcProject } from '../rig/dvc-project.ts'
import { liveTest } from '../rig/live-dvc.ts'

const mebibyte = 2 ** 20

// The borders of DVC's guess whether a piece of a file is text, and of the pieces themselves.
const contents: Readonly<Record<string, Buffer>> = {
  'crlf.txt': Buffer.from('a\r\nb\r\n'),
  'empty.txt': Buffer.alloc(0),
  'cr.txt': Buffer.from('a\rb\r\r\nc\r'),
  'nul-early.bin': Buffer.from('a\r\n\0'),
  'nul-late.txt': Buffer.from(`a\r\n${'b'.repeat(600)}\0`),
  'nul-at-512.txt': Buffer.from(`a\r\n${'b'.repeat(509)}\0`),
  'nul-at-511.bin': Buffer.from(`a\r\n${'b'.repeat(508)}\0`),
  'odd-30.txt': Buffer.concat([Buffer.alloc(30, 0x80), Buffer.from(`${'a'.repeat(68)}\r\n`)]),
  'odd-31.bin': Buffer.concat([Buffer.alloc(31, 0x80), Buffer.from(`${'a'.repeat(67)}\r\n`)]),
  'white.txt': Buffer.from('\b\t\n\f\r\n'.repeat(9)),
  'vt.bin': Buffer.from('\v\u007f\u001b\r\n'.repeat(9)),
  'umlauts.bin': Buffer.from(`${'é'.repeat(100)}\r\n`),
  'all-bytes.bin': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'one-piece.txt': lines(mebibyte),
  'border.txt': Buffer.concat([Buffer.alloc(mebibyte - 1, 'a'), Buffer.from('\r\n'), lines(100)]),
  'text-then-binary': Buffer.concat([lines(mebibyte), Buffer.from('\0'), lines(mebibyte)]),
  'binary-then-text': Buffer.concat([Buffer.from('\0'), lines(mebibyte - 1), lines(3 * mebibyte), Buffer.from('\r\n')]),
}

// Order and escapes of directory listings.
const names = [
  'a-b',
  'a.b',
  'a/x',
  'B.txt',
  'a b',
  '"q"',
  'back\\slash',
  '\u007f',
  'nl\nx',
  'tab\tx',
  'esc\u001b',
  '\u{ff5e}x',
  '\u{1f600}x',
  'e\u0301',
  '\u00e9',
  '\u2028',
  'z/y/x/w',
]

liveTest('files and directories have the hashes that DVC gives them', async (dvc) => {
  await using project = await openDvcProject(dvc)
  const at = (path: string): string => join(project.root, path)
  for (const [name, bytes] of Object.entries(contents)) put(at(`contents/${name}`), bytes)
  for (const [index, name] of names.entries()) put(at(`names/${name}`), Buffer.from(String(index)))
  put(at('special/file'), Buffer.from('1'))
  put(at('special/skip/it.tmp'), Buffer.from('2'))
  put(at('special/skip/keep'), Buffer.from('2'))
  put(at('special/sub/.dvc/config'), Buffer.from(''))
  put(at('special/sub/data'), Buffer.from('3'))
  mkdirSync(at('special/none/none'), { recursive: true })
  symlinkSync('file', at('special/link'))
  symlinkSync('../contents', at('special/folder-link'))
  symlinkSync('special', at('whole-link'))
  symlinkSync('special/file', at('file-link'))
  put(at('run.sh'), Buffer.from('run'))
  chmodSync(at('run.sh'), 0o610)
  writeFileSync(at('.dvcignore'), '*.tmp\nhidden\n')
  put(at('hidden/file'), Buffer.from('1'))
  mkdirSync(at('nothing'))

  const files = readdirSync(at('contents')).map((name) => `contents/${name}`)
  const paths = [
    ...files,
    'contents',
    'names',
    'special',
    'special/sub',
    'whole-link',
    'file-link',
    'run.sh',
    'hidden',
    'nothing',
  ]
  const theirs = execFileSync(join(dirname(dvc), 'python'), ['-c', script, ...paths], {
    cwd: project.root,
    env: project.env,
    encoding: 'utf8',
  })
  await using workspace = await project.openWorkspace()
  const ours: unknown[] = []
  for (const path of paths) {
    for (const name of ['md5', 'md5-dos2unix'] as const) ours.push(await describe(workspace, path, name))
  }
  expect(ours).toEqual(JSON.parse(theirs))
})

const script = `
import json, sys
from dvc.repo import Repo
from dvc_data.hashfile.build import build
from dvc_data.hashfile.tree import Tree
repo, found = Repo(), []
for path in sys.argv[1:]:
    for name, odb in (("md5", repo.cache.local), ("md5-dos2unix", repo.cache.legacy)):
        _, meta, obj = build(odb, repo.fs.abspath(path), repo.fs, name, dry_run=True, ignore=repo.dvcignore)
        text = obj.as_bytes().decode() if isinstance(obj, Tree) else None
        found.append([path, name, obj.hash_info.value, meta.size, meta.nfiles, bool(meta.isexec), text])
print(json.dumps(found))
`

async function describe(workspace: Workspace, path: string, hashName: LocalHashName): Promise<unknown> {
  const hashed = await workspace.hash(join(workspace.root, path), hashName)
  if (!hashed.ok) return hashed.problems
  const { value } = hashed
  if (value.kind === 'file') return [path, hashName, value.oid, value.size, null, value.isexec, null]
  return [path, hashName, value.oid, value.size, value.members.length, false, directoryObjectText(value.members)]
}

function lines(length: number): Buffer {
  return Buffer.alloc(length, 'some text\r\n')
}

function put(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
