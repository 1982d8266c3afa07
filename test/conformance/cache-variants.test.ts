import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { otherFileSystem, playSideBySide, type StoryStep } from '../rig/side-by-side.ts'

// Outs of every kind that forms of storage treat differently, and data of `dvc add`.
const start = `
mkdir -p raw/sub; printf '1\\n' > in; printf 'r' > raw/a; printf 's' > raw/sub/b
cat > dvc.yaml <<'END'
stages:
  file:
    cmd:
    - cat in raw/a > file.txt; cat in >> journal
    - printf '[%s]' "$(cat in)" > metric.json
    deps: [in, raw]
    outs: [file.txt, journal: {persist: true}]
    metrics: [metric.json: {cache: false}]
  many:
    cmd:
    - mkdir -p dir/sub
    - cat file.txt > dir/same; cat in in > dir/sub/b; printf c > dir/c; touch dir/empty; chmod 755 dir/c
    deps: [file.txt, in]
    outs: [dir]
  plain:
    cmd: cat dir/c file.txt > 'odd ü [1].txt'; cat file.txt > p.csv
    deps: [dir]
    outs: ['odd ü [1].txt']
    plots: [p.csv]
END`

const history: readonly StoryStep[] = [
  { change: 'rm -f raw/sub/b' },
  { dvc: 'status --json' },
  { change: 'rm -f file.txt dir/c; printf edited > dir/sub/new; printf edited > p.csv.new; mv p.csv.new p.csv' },
  { change: 'rm -rf file.txt dir p.csv', dvc: 'checkout' },
  { change: 'rm dvc.lock' },
  { change: "printf '2\\n' > in" },
  { change: "printf '1\\n' > in" },
  { change: 'rm -f dir/c; printf more > dir/c', dvc: 'commit -f' },
  { change: 'rm -f file.txt; printf other > file.txt; rm -rf dir', dvc: 'checkout --force' },
  // With symbolic links nothing may be left that leads to the objects: DVC cannot read such an out, and does no more.
  {
    change: 'rm -rf dir file.txt; find -H $CACHE -path "*files/md5/*" -type f | sort | head -3 | xargs rm -f',
    dvc: 'status --json',
  },
  {},
]

interface Variant {
  readonly config?: string
  /** Where the cache is, from the project. */
  readonly cache?: string
  readonly before?: string
  /** Differs little from others: left to the long runs. */
  readonly isRare?: true
}

const types = (list: string): string => `[cache]\n    type = ${list}`

const variants: Readonly<Record<string, Variant>> = {
  copies: { config: types('copy') },
  'hard links': { config: types('hardlink') },
  'symbolic links': { config: types('symlink') },
  'hard links, else symbolic ones': { isRare: true, config: types('hardlink,symlink') },
  'symbolic links, else copies': { isRare: true, config: types('symlink,copy') },
  'clones where possible, else hard links': { isRare: true, config: types('reflink,hardlink,symlink,copy') },
  'a cache beside the project': { config: '[cache]\n    dir = ../../store', cache: '../store' },
  'hard links to a cache beside the project': {
    isRare: true,
    config: '[cache]\n    dir = ../../store\n    type = hardlink,symlink',
    cache: '../store',
  },
  'a cache in the project': { isRare: true, config: '[cache]\n    dir = ../store', cache: 'store' },
  'a cache in the home folder': { config: '[cache]\n    dir = ~/store\n    type = symlink', cache: '../home/store' },
  'a cache behind a link': { isRare: true, before: 'mkdir ../disk; ln -s ../../disk .dvc/cache' },
  'symbolic links to a cache behind a link': {
    config: '[cache]\n    dir = ../link/store\n    type = symlink',
    cache: 'link/store',
    before: 'mkdir ../disk; ln -s ../disk link',
  },
  'a cache on another file system': { config: '[cache]\n    dir = {elsewhere}' },
  'hard links to another file system, else symbolic ones': {
    config: '[cache]\n    dir = {elsewhere}\n    type = hardlink,symlink',
  },
  'hard links to another file system, else copies': {
    isRare: true,
    config: '[cache]\n    dir = {elsewhere}\n    type = hardlink,copy',
  },
  'a cache of a group': { isRare: true, config: '[cache]\n    shared = group' },
  'hard links to a cache of a group': {
    config: '[cache]\n    shared = group\n    type = hardlink\n    dir = ../../store',
    cache: '../store',
  },
}

describe('the cache', () => {
  for (const [name, { config = '', cache, before = ':', isRare = false }] of Object.entries(variants)) {
    if (isRare && process.env['RESTAGE_LONG'] === undefined) continue
    if (config.includes('{elsewhere}') && isSameFileSystem()) continue
    liveTest(`with ${name}: run after run, all is left as DVC leaves it`, async (_dvc, context) => {
      await playSideBySide(
        { start: `${before}\n${start}`, config, ...(cache === undefined ? {} : { cache }), steps: history },
        context,
      )
    })
  }
})

function isSameFileSystem(): boolean {
  const other = statSync(otherFileSystem, { throwIfNoEntry: false })
  return other === undefined || other.dev === statSync(tmpdir()).dev
}
