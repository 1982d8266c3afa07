import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, openRig, type Rig } from '../rig/open-rig.ts'
import { verdictsIn } from '../rig/run-dvc.ts'
import { playSideBySide, type Story } from '../rig/side-by-side.ts'
import { lastObject } from '../rig/verdicts.ts'

const yaml = (stages: string): string => `cat > dvc.yaml <<'END'\nstages:\n${stages}END\n`

// Writes an entry that nothing made: `forge NAME TEXT` tells the stage's out to be TEXT, newer than all others.
const forge = `forge() {
  entry=$(find "$CACHE/runs" -type f | head -n 1)
  sum=$(printf %s "$2" | md5sum | cut -c1-32)
  mkdir -p "$CACHE/files/md5/$(echo $sum | cut -c1-2)"
  object=$CACHE/files/md5/$(echo $sum | cut -c1-2)/$(echo $sum | cut -c3-)
  printf %s "$2" > "$object"; chmod 444 "$object"
  forged=$(dirname "$entry")/$(printf %064d "$1")
  python3 - "$entry" "$forged" "$sum" $(printf %s "$2" | wc -c) <<'END'
import re, sys
entry, forged, sum, size = sys.argv[1:]
text = open(entry).read()
before, outs = text.split('outs:')
outs = re.sub(r'md5: \\w+', 'md5: ' + sum, outs)
open(forged, 'w').write(before + 'outs:' + re.sub(r'size: \\d+', 'size: ' + size, outs))
END
  touch -d "$3" "$forged"
}
`

const remote = `[core]\n    remote = main\n['remote "main"']\n    url = ../../main`

const stories: Readonly<Record<string, Story>> = {
  'of several earlier results the newest is taken, a hand-made one too, and each stays as it is': {
    start: `${yaml('  s: {cmd: cat in > out, deps: [in], outs: [out]}\n')}echo 1 > in`,
    steps: [
      {},
      { change: `${forge}forge 1 forged '1 hour'; rm dvc.lock out` },
      { change: `${forge}touch -d '2 hours ago' "$CACHE"/runs/*/*/*1; rm dvc.lock out` },
      { change: `${forge}forge 2 'newest of all' '3 hours'; rm dvc.lock` },
      { change: 'rm out' },
    ],
  },
  'of a params file under two spellings the last one, by path, is recorded': {
    start: `${yaml(`  s: {cmd: echo 1 > out, params: [a, {./params.yaml: null}], outs: [out]}\n`)}printf 'a: 1\nb: 2\n' > params.yaml`,
    steps: [{}, { change: 'sed -i s/2/3/ params.yaml' }, { change: 'sed -i s/1/3/ params.yaml' }],
  },
  'params under another spelling of their file are new each time': {
    start: `${yaml('  s: {cmd: mkdir -p out/sub && echo 1 > out/f && echo 2 > out/sub/g, params: [{./params.yaml: []}], outs: [out]}\n')}printf 'a: 1\n' > params.yaml; echo sub > .dvcignore`,
    steps: [{}, { change: 'rm -r "$CACHE/runs"' }, {}],
  },
  'nan in YAML equals itself inside lists and maps, and nowhere else': {
    start: `${yaml('  s: {cmd: echo 1 > s, params: [l, m], outs: [s]}\n  t: {cmd: echo 1 > t, params: [n], outs: [t]}\n  j: {cmd: echo 1 > j, params: [{j.json: [l]}], outs: [j]}\n')}printf 'l: [.nan]\nm: {a: {b: .nan}}\nn: .nan\n' > params.yaml; echo '{"l": [NaN]}' > j.json`,
    steps: [{}, {}, { change: 'rm -r "$CACHE/runs"' }],
  },
  'a damaged or empty earlier result is no result': {
    start: `${yaml('  s: {cmd: cat in > out, deps: [in], outs: [out]}\n')}echo 1 > in`,
    steps: [{}, { change: ': > "$(find "$CACHE/runs" -type f)"; rm dvc.lock out' }, { change: 'rm out' }],
  },
  'a frozen stage that is always changed is left alone, and fails if outs are missing': {
    start: `${yaml('  s: {cmd: cat in > out, deps: [in], outs: [out], always_changed: true}\n  t: {cmd: cp out end, deps: [out], outs: [end]}\n')}echo 1 > in`,
    steps: [
      {},
      { change: `sed -i 's/always/frozen: true, always/; ' dvc.yaml` },
      { change: 'echo 2 > in' },
      { change: 'rm out', fails: true },
      { change: 'echo 3 > out' },
    ],
  },
  'stages without deps run once, those without deps and outs each time, and without outs when a dep changes': {
    start: `${yaml('  made: {cmd: echo 1 > made, outs: [made]}\n  call: {cmd: echo called}\n  phony: {cmd: cat in, deps: [in]}\n  after: {cmd: cp made after, deps: [made], outs: [after]}\n')}echo 1 > in`,
    steps: [{}, {}, { change: 'echo 2 > in' }, { change: 'rm made' }, { dvc: 'repro call' }],
  },
  'data that is missing is allowed to be missing as long as nothing that made it has changed': {
    config: remote,
    start: `${yaml('  a: {cmd: cp in a, deps: [in], outs: [a]}\n  b: {cmd: cp a b, deps: [a], outs: [b]}\n  c: {cmd: cp b c, deps: [b], outs: [c]}\n')}echo 1 > in`,
    steps: [
      {},
      { change: 'rm -r a b c "$CACHE/files"', dvc: 'repro --allow-missing' },
      { change: 'echo 2 > in', dvc: 'repro --allow-missing' },
      { change: 'rm -r a "$CACHE/files"; echo 3 > in', dvc: 'repro --allow-missing' },
    ],
  },
  'data that is missing is pulled, and what cannot be pulled is made': {
    config: remote,
    start: `${yaml('  a: {cmd: cp in a, deps: [in], outs: [a]}\n  b: {cmd: cp a b, deps: [a], outs: [b]}\n')}echo 1 > in`,
    steps: [
      {},
      { dvc: 'push' },
      { change: 'rm -rf a b "$CACHE/files"', dvc: 'repro --pull' },
      { change: 'rm -rf a b "$CACHE/files"', dvc: 'repro --pull --allow-missing' },
      { change: 'rm -rf a b "$CACHE/files" ../main', dvc: 'repro --pull' },
      { dvc: 'push --run-cache' },
      { change: 'rm -rf a b dvc.lock "$CACHE/files" "$CACHE/runs"', dvc: 'repro --pull' },
      { change: 'rm -rf a b dvc.lock "$CACHE/files" "$CACHE/runs"', dvc: 'repro --pull --no-run-cache' },
    ],
  },
}

for (const [title, story] of Object.entries(stories)) {
  liveTest(title, async (_dvc, context) => playSideBySide(story, context))
}

liveTest('a dry run changes nothing, and DVC names the same stages as far as it gets', async () => {
  await using rig = await openRig('chain')
  for (const prepare of [[], ['repro', '-q']]) {
    if (prepare.length > 0) await rig.forkedDvc(prepare)
    await rig.change({ write: { 'words.txt': `${prepare.length}\n` } })
    const before = await rig.snapshot()
    const { stdout } = await rig.cli(['run', '--dry', '--json']).result
    const { tasks } = lastObject(stdout) as { tasks: { address: string; decision: string }[] }
    const theirs = verdictsIn((await rig.forkedDvc(['repro', '--dry'])).stdout)
    expect(await rig.snapshot()).toEqual(before)
    expect(theirs.length).toBeGreaterThan(0)
    const [first] = theirs[0]!
    expect(tasks.find(({ address }) => address === first)).toMatchObject({ decision: 'run' })
  }
})

liveTest('a command may call dvc for other stages, and is refused for its own', async (dvc) => {
  const path = `${dirname(dvc)}:${process.env['PATH'] ?? ''}`
  const open = (): Promise<Rig> =>
    openProject(async (root) => {
      await mkdir(join(root, '.dvc'))
      await writeFile(join(root, '.dvc/config'), '')
      await writeFile(join(root, 'in'), '1\n')
      const nested = 'dvc repro -q b && (dvc repro -q a; echo $? > a)'
      await writeFile(
        join(root, 'dvc.yaml'),
        `stages:\n  a: {cmd: "${nested}", deps: [in], outs: [a]}\n  b: {cmd: cp in b, deps: [in], outs: [b]}\n`,
      )
    })
  await using theirs = await open()
  await using ours = await open()
  expect(await theirs.dvc(['repro'], { env: { PATH: path } }).result).toMatchObject({ exitCode: 0 })
  expect(await ours.cli(['run', '-j1'], { env: { PATH: path } }).result).toMatchObject({ exitCode: 0 })
  // The registry keeps no trace; the command's own outcome is an out.
  for (const rig of [theirs, ours]) await rm(join(rig.root, '.dvc/tmp'), { recursive: true })
  expect(await ours.snapshot()).toEqual(await theirs.snapshot())
  expect(execFileSync('cat', ['a', 'b'], { cwd: ours.root, encoding: 'utf8' })).toBe('255\n1\n')
})
