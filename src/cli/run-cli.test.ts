import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { callCli } from '../../test/rig/in-process-cli.ts'

async function call(...args: string[]): ReturnType<typeof callCli> {
  const cwd = mkdtempSync(join(tmpdir(), 'cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  return await callCli(cwd, {}, args, '1.2.3')
}

test.each([
  [['runn'], 'USAGE_UNKNOWN_COMMAND', 'Did you mean `restage run`?'],
  [['frobnicate'], 'USAGE_UNKNOWN_COMMAND', '`restage --help` lists the commands'],
  [['run', '--forse'], 'USAGE_UNKNOWN_OPTION', 'Did you mean `--force`?'],
  [['status', '--jsom'], 'USAGE_UNKNOWN_OPTION', 'Did you mean `--json`?'],
  [['--colour'], 'USAGE_UNKNOWN_OPTION', '`restage --help` lists the options'],
  [['run', '-j', 'many'], 'USAGE_INVALID', 'Expected a whole number from 1'],
  [['run', '-j', '0'], 'USAGE_INVALID', 'Expected a whole number from 1'],
  [['run', '--lock-timeout', 'soon'], 'USAGE_INVALID', 'Expected a duration such as 30s, 5m or 1h'],
  [['run', '--progress', 'loud'], 'USAGE_INVALID', 'auto, plain, fancy, none'],
  [['why'], 'USAGE_INVALID', 'stage'],
  [['dag', 'a', 'b'], 'USAGE_INVALID', 'oo many arguments'],
  [['dag', '--outs', '--collapse-foreach-matrix'], 'USAGE_INVALID', 'cannot be used with'],
  [['completion', 'tcsh'], 'USAGE_INVALID', 'bash, zsh, fish'],
  [['help', 'plna'], 'USAGE_UNKNOWN_TOPIC', 'Did you mean `restage help plan`?'],
  [['--cd', '/no/such/folder', 'plan'], 'USAGE_FOLDER_MISSING', '--cd'],
])('restage %j is wrong usage: %s', async (args, code, says) => {
  const { exitCode, stdout, stderr } = await call(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' })
  expect(stderr).toContain(code)
  expect(stderr).toContain(says)
})

test('with --json a wrong call is told in JSON on stdout alone', async () => {
  const { stdout, stderr } = await call('run', '--json', '--forse')
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 254, problems: [{ code: 'USAGE_UNKNOWN_OPTION' }] })
  expect(stderr).toBe('')
})

test.each(['run', 'plan', 'why', 'status', 'stages', 'dag', 'checkout', 'commit', 'completion', 'help'])(
  'restage %s --help has examples',
  async (command) => {
    const { exitCode, stdout } = await call(command, '--help')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: restage ${command}`))
    expect(stdout).toContain('Examples:\n')
  },
)

test('repro is another name for run', async () => {
  expect((await call('repro', '--help')).stdout).toBe((await call('run', '--help')).stdout)
})

test.each([['run'], ['plan'], ['status'], ['stages'], ['dag'], ['checkout'], ['commit'], ['why', 'x'], []])(
  'restage %s outside of a project ends with 253',
  async (...args) => {
    const { exitCode, stderr } = await call(...args)
    expect(exitCode).toBe(253)
    expect(stderr).toContain('NOT_A_REPOSITORY')
  },
)

test('help exit-codes prints the table', async () => {
  const { stdout } = await call('help', 'exit-codes')
  for (const code of [0, 1, 2, 75, 130, 141, 143, 251, 253, 254, 255]) expect(stdout).toContain(String(code))
})
