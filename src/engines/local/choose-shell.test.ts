import { expect, test } from 'vitest'
import { chooseShell } from './choose-shell.ts'

test.each([
  [undefined, '/bin/sh', ['-c']],
  ['', '/bin/sh', ['-c']],
  ['/bin/dash', '/bin/dash', ['-c']],
  ['/usr/bin/bash', '/usr/bin/bash', ['--noprofile', '--norc', '-c']],
  ['/opt/ZSH', '/opt/ZSH', ['--no-rcs', '-c']],
])('SHELL=%s runs %s with its start-up files off', async (shell, program, args) => {
  expect(await chooseShell({ SHELL: shell }, never)).toEqual({ program, args })
})

test.each([
  ['fish, version 3.3.0', ['--no-config', '-c']],
  ['fish, version 4.0.1', ['--no-config', '-c']],
  ['fish, version 3.2.9', ['-c']],
  ['', ['-c']],
])('fish that says "%s" gets %j', async (version, args) => {
  const shell = await chooseShell({ SHELL: '/usr/bin/fish' }, async () => version)
  expect(shell.args).toEqual(args)
})

async function never(): Promise<string> {
  throw new Error('fish was asked')
}
