import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject } from '../rig/open-rig.ts'
import { playSideBySide, type StoryStep } from '../rig/side-by-side.ts'
import { lastObject } from '../rig/verdicts.ts'

const start = `
printf '1\\n' > in
cat > dvc.yaml <<'END'
stages:
  file: {cmd: cp in file.txt, deps: [in], outs: [file.txt]}
  many:
    cmd: mkdir -p dir/sub; cp in dir/sub/b; printf '[%s]' "$(cat in)" > m.json; cp in p.csv
    deps: [file.txt, in]
    outs: [dir]
    metrics: [m.json: {cache: false}]
    plots: [p.csv: {persist: true}]
END`

const runs: readonly StoryStep[] = [
  {},
  { change: "printf '2\\n' > in; chmod 644 in" },
  { change: 'rm -rf dir file.txt', dvc: 'checkout' },
  { change: "printf '1\\n' > in" },
]

for (const umask of ['077', '002']) {
  for (const [name, config] of Object.entries({
    'a cache of one’s own': '',
    'a cache of a group': '[cache]\n    shared = group',
    'hard links to a cache of a group': '[cache]\n    shared = group\n    type = hardlink',
  })) {
    liveTest(`umask ${umask} and ${name}: all modes are those that DVC gives`, async (_dvc, context) => {
      await playSideBySide({ start, config, steps: runs.map((step) => ({ ...step, umask })) }, context)
    })
  }
}

const readOnly = 'chown -R 65534 $CACHE; chmod -R go-w $CACHE'
const openToAll = readOnly.replace('chmod -R go-w', 'find $CACHE -type f | xargs chmod 644; chmod -R go-w')
const isRoot = process.getuid?.() === 0
const asUser: StoryStep = { isPowerless: true }

const cases: Readonly<Record<string, readonly StoryStep[]>> = {
  'results are checked out of it': [
    {},
    { ...asUser, change: `${readOnly}; rm -rf dir file.txt`, dvc: 'checkout' },
    { ...asUser, dvc: 'status --json' },
    asUser,
  ],
  'objects that are not marked as right are hashed and used': [
    {},
    { ...asUser, change: `${openToAll}; rm -rf dir file.txt`, dvc: 'status --json' },
    { ...asUser, dvc: 'checkout' },
    asUser,
  ],
  'new results are an error': [
    {},
    { ...asUser, change: `${readOnly}; printf '2\\n' > in`, fails: true, leavesOther: true },
    {
      ...asUser,
      change: "printf '1\\n' > in; git checkout -q . ; git clean -fdqx -e .dvc",
      dvc: 'status --json',
      leavesOther: true,
    },
  ],
}

// The kernel forbids hard links to files of others, so these stay out.
for (const type of ['copy', 'symlink']) {
  const config = `[cache]\n    type = ${type}`
  for (const [name, steps] of Object.entries(cases)) {
    liveTest(`a cache that may only be read (${type}): ${name}`, async (_dvc, context) => {
      if (!isRoot) context.skip('not run: files of other owners need root')
      await playSideBySide({ start, config, steps }, context)
    })
  }

  test(`a cache that may only be read (${type}): results are restored from it, where DVC wants to write`, async (context) => {
    if (!isRoot) context.skip('not run: files of other owners need root')
    await using rig = await openProject(async (root) =>
      sh(root, `mkdir .dvc; printf '${config}' > .dvc/config\n${start}`),
    )
    expect((await rig.cli(['run']).result).exitCode).toBe(0)
    const lock = readFileSync(join(rig.root, 'dvc.lock'), 'utf8')
    sh(rig.root, `CACHE=.dvc/cache; ${readOnly}; rm -rf dvc.lock dir`)
    const { exitCode, stdout } = await rig.cli(['run', '--json'], asUser).result
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
    // The other stage keeps an out that is never restored; what it makes anew is in the cache already.
    expect(lastObject(stdout)).toMatchObject({ tasks: [{ result: 'restored' }, { result: 'ran' }] })
    expect(readFileSync(join(rig.root, 'dvc.lock'), 'utf8')).toBe(lock)
  })
}

function sh(root: string, script: string): void {
  execFileSync('/bin/sh', ['-ec', `umask 022; ${script}`], { cwd: root })
}
