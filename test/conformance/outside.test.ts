import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { playSideBySide } from '../rig/side-by-side.ts'
import { lastObject } from '../rig/verdicts.ts'

// What stands beside the project: a file, and folders that the project leads to by links.
const beside = [
  'mkdir -p ../elsewhere ../disk; echo precious > ../victim; echo precious > ../elsewhere/kept; echo precious > ../disk/kept',
  'echo 1 > in; ln -s ../elsewhere way-out; ln -s ../disk disk',
  // DVC makes the folder behind a link so when it fails to delete the link; we leave it as it is.
  'chmod 777 ../disk',
].join('\n')

const stages = {
  file: 'cmd: cp in ../victim, deps: [in], outs: [../victim: {cache: false}]',
  absolute: 'cmd: "cp in $PWD/../victim", deps: [in], outs: ["$PWD/../victim": {cache: false}]',
  folder: 'cmd: "mkdir -p ../elsewhere; cp in ../elsewhere/made", deps: [in], outs: [../elsewhere: {cache: false}]',
  'behind a link': 'cmd: cp in way-out/kept, deps: [in], outs: [way-out/kept: {cache: false}]',
  'a link itself': 'cmd: cp in disk/made, deps: [in], outs: [disk]',
}

for (const [name, stage] of Object.entries(stages)) {
  const start = `${beside}\ncat > dvc.yaml <<END\nstages:\n  s: {${stage}}\nEND`

  test(`outside, ${name}: the plan says why such a stage cannot run, and nothing is touched`, async () => {
    await using rig = await openOutside(start)
    for (const args of [
      ['plan', '--json'],
      ['run', '--dry', '--json'],
      ['run', '--json'],
      ['run', '-f', '--json'],
    ]) {
      const { stdout, exitCode } = await rig.cli(args).result
      const { problems } = lastObject(stdout) as { problems: { code: string; stage: string; hint: string }[] }
      expect({ args, problems }).toMatchObject({
        args,
        problems: [{ code: 'OUTSIDE_PROJECT', stage: 's', hint: expect.stringContaining('--allow-outside') }],
      })
      expect({ args, exitCode }).toEqual({ args, exitCode: 255 })
    }
    const { stdout } = await rig.cli(['why', 's']).result
    expect(stdout).toMatch(/blocked\n.*out(?:side| of) the project/)
    expectUntouched(rig)
  })

  liveTest(`outside, ${name}: with --allow-outside all is left as DVC leaves it`, async (_dvc, context) => {
    const flags = ['--allow-outside']
    const story = {
      start,
      untracked: ['disk'],
      steps: [
        { flags },
        { change: 'echo 2 > in', flags },
        { change: 'rm -rf ../victim ../elsewhere/* ../disk/*', flags },
        { change: 'echo 1 > in', flags },
        { change: 'echo more > ../disk/more; rm -f ../disk/kept', dvc: 'checkout -f', flags },
      ],
    }
    await playSideBySide(story, context)
  })
}

test('outside: checkout and commit refuse to change what a link leads to, and leave alone what is right', async () => {
  await using rig = await openOutside(
    `${beside}\necho 'stages: {s: {cmd: cp in disk/made, deps: [in], outs: [disk]}}' > dvc.yaml`,
  )
  expect((await rig.cli(['run', '--allow-outside']).result).exitCode).toBe(0)
  expect((await rig.cli(['checkout']).result).exitCode).toBe(0)
  writeFileSync(join(rig.folder, 'disk/kept'), 'edited\n')
  for (const args of [
    ['checkout', '--force'],
    ['commit', '--force'],
  ]) {
    const { exitCode, stderr } = await rig.cli(args).result
    expect({ args, exitCode, stderr }).toMatchObject({
      exitCode: 255,
      stderr: expect.stringContaining('OUTSIDE_PROJECT'),
    })
  }
  expect(readFileSync(join(rig.folder, 'disk/kept'), 'utf8')).toBe('edited\n')
  expect((await rig.cli(['commit', '--force', '--allow-outside']).result).exitCode).toBe(0)
  expect((await rig.cli(['checkout']).result).exitCode).toBe(0)
})

async function openOutside(start: string): Promise<Rig> {
  return await openProject(
    async (root) => {
      execFileSync('/bin/sh', ['-ec', `mkdir .dvc; : > .dvc/config\n${start}`], { cwd: root })
    },
    { untracked: ['disk'] },
  )
}

function expectUntouched({ folder }: Rig): void {
  for (const path of ['victim', 'elsewhere/kept', 'disk/kept'])
    expect(readFileSync(join(folder, path), 'utf8')).toBe('precious\n')
  expect(existsSync(join(folder, 'disk/made'))).toBe(false)
}
