import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { commandLineOf, groupMembers, isProcessAlive, refuseWindows, signalGroup } from './platform.ts'

test('Windows is refused, Linux and macOS are not', () => {
  expect(refuseWindows('win32')?.code).toBe('PLATFORM_UNSUPPORTED')
  expect([refuseWindows('linux'), refuseWindows('darwin')]).toEqual([undefined, undefined])
})

test('processes are alive until they end', async () => {
  expect([isProcessAlive(process.pid), isProcessAlive(2 ** 22 + 1)]).toEqual([true, false])
  const child = spawn('true')
  await once(child, 'exit')
  expect(isProcessAlive(child.pid!)).toBe(false)
})

test('a command line is shown with its arguments', async () => {
  const child = spawn('sleep', ['61'])
  await once(child, 'spawn')
  expect(commandLineOf(child.pid!)).toBe('sleep 61')
  child.kill('SIGKILL')
})

test('a group lives as long as one of its processes', async () => {
  const shell = spawn('sh', ['-c', 'sleep 62 & echo started; exec true'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(shell.stdout, 'data')
  if (shell.exitCode === null) await once(shell, 'exit')
  expect(groupMembers(shell.pid!)).toHaveLength(1)
  expect(groupMembers(shell.pid!)).not.toContain(shell.pid)
  signalGroup(shell.pid!, 'SIGKILL')
  while (groupMembers(shell.pid!).length > 0) await new Promise(setImmediate)
  expect(groupMembers(shell.pid!)).toEqual([])
  signalGroup(shell.pid!, 'SIGKILL')
})
