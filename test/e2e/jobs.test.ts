import { expect, test } from 'vitest'
import type { Gate, Invocation } from '../rig/gate.ts'
import { readGolden } from '../rig/golden.ts'
import { openRig } from '../rig/open-rig.ts'

test('with -j 4, four of eight independent stages run at once and never five', async () => {
  await using rig = await openRig('eight-independent')
  const gate = await rig.gate()
  const program = rig.cli(['run', '-j', '4'], { env: gate.env })
  const running: Invocation[] = []
  for (let started = 0; started < 8; started++) {
    // From the fifth on a stage starts only because one has ended.
    if (running.length === 4) {
      await expectNoneWaiting(gate, running)
      running.pop()!.exit(0)
    }
    const invocation = await gate.next(program)
    expect(await invocation.run()).toBe(0)
    running.push(invocation)
  }
  await expectNoneWaiting(gate, running)
  for (const invocation of running) invocation.exit(0)
  expect((await program.result).exitCode).toBe(0)
  const golden = await readGolden('eight-independent')
  expect(await rig.snapshot()).toEqual(golden.runs[0]!.snapshot)
})

test('-j 1 walks in the order of a serial DVC', async () => {
  const golden = await readGolden('demo')
  await using rig = await openRig('demo')
  const gate = await rig.gate()
  const program = rig.cli(['run', '-j', '1'], { env: gate.env })
  const order: string[] = []
  for (const [address] of golden.runs[0]!.verdicts) {
    // `count` has two commands.
    for (let command = 0; command < (address === 'count' ? 2 : 1); command++) {
      const invocation = await gate.next(program)
      if (command === 0) order.push(invocation.stage)
      invocation.exit(await invocation.run())
    }
  }
  expect((await program.result).exitCode).toBe(0)
  expect(order).toEqual(golden.runs[0]!.verdicts.map(([address]) => address))
})

test('a failing stage blocks what depends on it, and running siblings finish', async () => {
  await using rig = await openRig('diamond')
  const gate = await rig.gate()
  const program = rig.cli(['run', '-j', '2', '--json'], { env: gate.env })
  const top = await gate.next(program)
  top.exit(await top.run())
  const sides = [await gate.next(program), await gate.next(program)]
  const left = sides.find((side) => side.stage === 'left')!
  const right = sides.find((side) => side.stage === 'right')!
  left.exit(3)
  await left.ended
  right.exit(await right.run())
  const { exitCode, stdout } = await program.result
  const { tasks } = JSON.parse(stdout) as { tasks: { address: string; result: string; exit: number | null }[] }
  expect(exitCode).toBe(1)
  expect(Object.fromEntries(tasks.map((task) => [task.address, task.result]))).toMatchObject({
    top: 'ran',
    left: 'failed',
    right: 'ran',
  })
  expect(tasks.find((task) => task.address === 'left')!.exit).toBe(3)
  const { locks, ignores } = await rig.snapshot()
  expect(locks['dvc.lock']).toMatch(/^ {2}right:$/m)
  expect(locks['dvc.lock']).not.toMatch(/^ {2}(left|join):$/m)
  // Lines of stages that succeeded stay: else their data could end up in git.
  expect(ignores['.gitignore']).toContain('/right.txt\n')
})

/** A fifth command would have announced itself by the time four real ones were carried out and answered. */
async function expectNoneWaiting(gate: Gate, running: readonly Invocation[]): Promise<void> {
  for (const invocation of running) await invocation.run()
  expect(gate.arrived).toBe(0)
}
