import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callCli } from '../rig/in-process-cli.ts'
import { openProject, openRig, type Rig } from '../rig/open-rig.ts'

const noisy = {
  stages: {
    loud: {
      cmd: 'printf \'{"not": "ours"}\\n\\033[31mred\\033[0m\\n\'; echo complaint >&2; echo out > loud.txt',
      outs: ['loud.txt'],
    },
  },
}

test('run --json prints one object and nothing else on stdout, however loud the commands are', async () => {
  await using rig = await openNoisy()
  const { stdout, exitCode } = await rig.cli(['run', '--json']).result
  const object = JSON.parse(stdout) as Record<string, unknown>
  expect(Object.keys(object).toSorted()).toEqual(['exitCode', 'problems', 'run', 'tasks'])
  expect(object).toMatchObject({ exitCode, problems: [], tasks: [{ address: 'loud', result: 'ran', exit: 0 }] })
})

for (const command of ['status', 'plan', 'stages', 'dag']) {
  test(`${command} --json prints one JSON value and nothing else on stdout`, async () => {
    await using rig = await openRig('demo')
    const { stdout, exitCode } = await rig.cli([command, '--json']).result
    expect(exitCode).toBe(0)
    expect(() => JSON.parse(stdout) as unknown).not.toThrow()
  })
}

for (const args of [['run', '-j2'], ['status'], ['plan'], ['why', 'report'], ['stages'], ['dag'], ['--help']]) {
  test(`restage ${args.join(' ')} writes no escape sequences with NO_COLOR and without a terminal`, async () => {
    await using rig = await openRig('demo')
    const { stdout, stderr } = await rig.cli(args, { env: { NO_COLOR: '1', FORCE_COLOR: '' } }).result
    expect(stdout.length).toBeGreaterThan(0)
    expect(stdout + stderr).not.toContain('\u001b')
  })
}

test('what commands print reaches the terminal, errors too', async () => {
  await using rig = await openNoisy()
  const { stdout, stderr } = await rig.cli(['run']).result
  expect(stdout + stderr).toContain('complaint')
  expect(stdout + stderr).toContain('{"not": "ours"}')
})

test.each([
  { args: ['--version'], exitCode: 0 },
  { args: ['run', '--help'], exitCode: 0 },
  { args: ['run', '--no-such-flag'], exitCode: 254 },
  { args: ['no-such-command'], exitCode: 254 },
  { args: ['run', '-j', 'many'], exitCode: 254 },
  { args: ['plan', '--exit-code'], exitCode: 2 },
  { args: ['status', '--exit-code'], exitCode: 2 },
])('restage $args ends with $exitCode', async ({ args, exitCode }) => {
  await using rig = await openNoisy()
  const result = await rig.cli(args).result
  expect({ ...result, exitCode: result.exitCode }).toMatchObject({ exitCode })
})

function openNoisy(): Promise<Rig> {
  return openProject(async (root) => {
    await mkdir(join(root, '.dvc'))
    await writeFile(join(root, '.dvc/config'), '')
    await writeFile(join(root, 'dvc.yaml'), JSON.stringify(noisy))
  })
}

test('the help that was written down when the bundle was made is what the tree of commands says', async () => {
  await using rig = await openRig('demo')
  const said = await callCli(rig.root, {}, ['--help'])
  for (const flag of ['--help', '-h']) expect((await rig.cli([flag]).result).stdout).toBe(said.stdout)
})
