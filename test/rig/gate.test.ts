import { expect, test } from 'vitest'
import { Gate } from './gate.ts'
import { endLaterFirst } from './later-first.ts'
import { liveTest } from './live-dvc.ts'
import { openRig } from './open-rig.ts'
import { Program } from './program.ts'
import { commandCounts } from './run-dvc.ts'
import { readGolden } from './golden.ts'

test('a steered command starts when its shell does, and ends when and as the test says', async () => {
  await using rig = await openRig('chain')
  const gate = await rig.gate()
  const shells = ['one', 'two'].map((stage) => {
    const env = { PATH: process.env['PATH'] ?? '', DVC_STAGE: stage, ...gate.env }
    return new Program(Gate.shell, ['-c', `echo ${stage}`], { cwd: rig.root, env })
  })
  const invocations = [await gate.next(shells[0]!), await gate.next(shells[1]!)]
  expect(invocations.map(({ stage }) => stage).toSorted()).toEqual(['one', 'two'])
  const two = invocations.find(({ stage }) => stage === 'two')!
  expect(await two.run()).toBe(0)
  two.exit(7)
  await two.ended
  const one = invocations.find(({ stage }) => stage === 'one')!
  one.exit(0)
  const results = await Promise.all(shells.map((shell) => shell.result))
  expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [0, ''],
    [7, 'two\n'],
  ])
})

liveTest('a serial DVC goes through a steered shell in its own order', async () => {
  const golden = await readGolden('list-multiline-cmd')
  await using rig = await openRig('list-multiline-cmd')
  const gate = await rig.gate()
  const repro = rig.dvc(['repro'], { env: gate.env })
  const order = golden.runs[0]!.verdicts.map(([address]) => address)
  const commands = commandCounts(golden.runs[0]!.snapshot)
  expect(await endLaterFirst(gate, { program: repro, jobs: 1, order, edges: golden.edges, commands })).toEqual(order)
  expect((await repro.result).exitCode).toBe(0)
  expect(await rig.snapshot()).toEqual(golden.runs[0]!.snapshot)
})
