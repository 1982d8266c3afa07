import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { living, pidsIn, until } from '../rig/processes.ts'

const cases = [
  {
    name: 'Ctrl-C once stops gently: nothing new starts, and no process survives',
    // A background process of a shell that is no terminal ignores SIGINT.
    command: 'echo $$ >> pids; sleep 300 & echo $! >> pids; wait',
    signals: 1,
    signal: 'SIGINT',
    exitCode: 130,
  },
  {
    name: 'Ctrl-C twice kills what will not end, and no process survives',
    // The shell sees a signal when its child has ended: short children.
    command: "trap 'echo > got' INT; trap '' TERM; echo $$ >> pids; while :; do sleep 1; done",
    signals: 2,
    signal: 'SIGINT',
    exitCode: 130,
  },
  {
    name: 'SIGTERM ends the run with 143, and no process survives',
    command: 'echo $$ >> pids; sleep 300 & echo $! >> pids; wait',
    signals: 1,
    signal: 'SIGTERM',
    exitCode: 143,
  },
] as const

for (const { name, command, signals, signal, exitCode } of cases) {
  test(name, async () => {
    await using rig = await openSleeper(command)
    const program = rig.cli(['run', '-j2'])
    const pidFile = join(rig.root, 'pids')
    const pids: number[] = []
    onTestFinished(() => living(pids).forEach((pid) => process.kill(pid, 'SIGKILL')))
    await until(() => pidsIn(pidFile).length >= (command.includes('$!') ? 2 : 1), program)
    program.signal(signal)
    if (signals === 2) {
      await until(() => existsSync(join(rig.root, 'got')), program)
      program.signal(signal)
    }
    pids.push(...pidsIn(pidFile))
    const result = await program.result
    expect({ exitCode: result.exitCode, signal: result.signal, text: result.stdout + result.stderr }).toMatchObject({
      exitCode,
      signal: null,
    })
    expect(living(pids)).toEqual([])
    expect((await rig.snapshot()).locks).toEqual({})
    expect(existsSync(join(rig.root, 'after.txt'))).toBe(false)
  })
}

test('kill -9 of the run ends what it started', async () => {
  await using rig = await openSleeper('sleep 300 & echo $! >> pids; echo $$ >> pids; wait')
  const program = rig.cli(['run', '-j2'])
  const pidFile = join(rig.root, 'pids')
  await until(() => pidsIn(pidFile).length === 2, program)
  const pids = pidsIn(pidFile)
  onTestFinished(() => living(pids).forEach((pid) => process.kill(pid, 'SIGKILL')))
  program.signal('SIGKILL')
  await program.result
  await vi.waitUntil(() => living(pids).length === 0, { timeout: 30_000 })
  expect(existsSync(join(rig.root, 'dvc.lock'))).toBe(false)
})

test('a command whose watcher is killed has failed, and nothing of it is left', async () => {
  await using rig = await openSleeper(
    'sleep 300 & echo $! >> pids; echo $$ >> pids; echo > slow.txt; kill -9 $PPID; wait',
  )
  const { exitCode, stderr } = await rig.cli(['run', '-j2']).result
  expect(exitCode).toBe(1)
  expect(stderr).toContain('COMMAND_LOST')
  expect(living(pidsIn(join(rig.root, 'pids')))).toEqual([])
  expect(existsSync(join(rig.root, 'dvc.lock'))).toBe(false)
})

test('after an interrupted run the next one continues', async () => {
  await using rig = await openSleeper('echo $$ >> pids; test -f go || sleep 300; echo done > slow.txt')
  const program = rig.cli(['run', '-j1'])
  await until(() => pidsIn(join(rig.root, 'pids')).length === 1, program)
  program.signal('SIGINT')
  await program.result
  await writeFile(join(rig.root, 'go'), '')
  const { exitCode, stdout } = await rig.cli(['run', '--json']).result
  const { tasks } = JSON.parse(stdout) as { tasks: { address: string; result: string }[] }
  expect(exitCode).toBe(0)
  expect(tasks.map((task) => [task.address, task.result])).toEqual([
    ['slow', 'ran'],
    ['after', 'ran'],
  ])
})

function openSleeper(command: string): Promise<Rig> {
  const stages = {
    slow: { cmd: [command], outs: ['slow.txt'] },
    after: { cmd: 'echo after > after.txt', deps: ['slow.txt'], outs: ['after.txt'] },
  }
  return openProject(async (root) => {
    await mkdir(join(root, '.dvc'))
    await writeFile(join(root, '.dvc/config'), '')
    await writeFile(join(root, 'dvc.yaml'), JSON.stringify({ stages }))
  })
}

test.runIf(process.platform === 'linux')(
  'what a failed stage leaves in a session of its own is named, not ended',
  async () => {
    const escape = "setsid sh -c 'echo $$ > left; exec sleep 300' & until test -s left; do sleep 0.1; done"
    await using rig = await openSleeper(`${escape}; exit 3`)
    const { exitCode, stdout, stderr } = await rig.cli(['run', '-j2']).result
    const pids = pidsIn(join(rig.root, 'left'))
    onTestFinished(() => living(pids).forEach((pid) => process.kill(pid, 'SIGKILL')))
    expect([exitCode, living(pids)]).toEqual([1, pids])
    // It may not have become the other program yet.
    const name = new RegExp(`left 1 process behind in a session of its own: ${pids[0]} \\((?:sleep|sh)\\)`)
    expect(stdout + stderr).toMatch(name)
  },
)
