import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeStages } from '../bench/generate.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject } from '../rig/open-rig.ts'
import { stracePeer } from '../rig/peers.ts'
import { testWith } from '../rig/peer-test.ts'
import { tally } from '../rig/tally.ts'
import { traceRun } from '../rig/trace-run.ts'

const circle = (count: number): string => stages(count, (at) => [[(at + count - 1) % count], [`${at}`]])
const loops = (count: number): string => stages(count, (at) => [[at], [`${at}`]])

test.each([
  ['a circle', circle, 'STAGE_CYCLE', 1],
  ['stages that read what they make', loops, 'STAGE_CYCLE', undefined],
] as const)('a broken graph of 5000 stages is refused in few words: %s', async (_, pipeline, code, count) => {
  await using rig = await openProject(async (root) => {
    mkdirSync(join(root, '.dvc'))
    writeFileSync(join(root, '.dvc/config'), '')
    writeFileSync(join(root, 'dvc.yaml'), pipeline(5000))
  })
  const { exitCode, stdout, stderr } = await rig.cli(['run']).result
  expect({ exitCode, stdout }).toEqual({ exitCode: 255, stdout: '' })
  expect(stderr).toContain(code)
  expect(stderr).not.toContain('RangeError')
  expect(stderr.length).toBeLessThan(20_000)
  if (count !== undefined) expect(stderr.split(code)).toHaveLength(count + 1)
})

testWith(stracePeer)('what a stage asks of the system does not grow with their number', async (strace, context) => {
  const few = await traceRun(strace, 500)
  const many = await traceRun(strace, 2000)
  const callsOf = (cost: typeof few, count: number): number => cost.calls / count
  const perStage = (many.calls - few.calls) / 1500
  const written = many.lockBytes / many.finalLockBytes
  tally(
    context,
    `Scale: ${perStage.toFixed(1)} system calls a stage (at most 45), ${callsOf(few, 500).toFixed(1)} of 500 and ${callsOf(many, 2000).toFixed(1)} of 2,000; ` +
      `${few.processes} and ${many.processes} processes of our own; dvc.lock written ${written.toFixed(1)} times its size (at most 20)`,
  )
  expect(perStage).toBeLessThanOrEqual(45)
  expect(callsOf(many, 2000)).toBeLessThanOrEqual(callsOf(few, 500) * 1.05)
  // Commands are started by the helper, whatever our memory has grown to.
  expect(many.processes).toBe(few.processes)
  expect(written).toBeLessThanOrEqual(20)
})

liveTest('a first run of many stages completes, and DVC finds nothing to do after it', async (_, context) => {
  const count = process.env['RESTAGE_LONG'] === undefined ? 300 : 10_000
  await using rig = await openProject(async (root) => makeStages(root, count, 'independent'))
  const { exitCode, stdout } = await rig.cli(['run', '-j2', '--json']).result
  const { tasks } = JSON.parse(stdout) as { tasks: { result: string }[] }
  expect([exitCode, tasks.filter(({ result }) => result === 'ran').length]).toEqual([0, count])
  expect((await rig.dvc(['status']).result).stdout).toContain('up to date')
  tally(context, `Scale: ${count} stages ran, and \`dvc status\` was clean`)
})

function stages(
  count: number,
  at: (stage: number) => readonly [readonly number[], readonly string[]],
  out = 'o/',
): string {
  const entries = Array.from({ length: count }, (_, stage) => {
    const [deps, outs] = at(stage)
    return `  s${stage}:\n    cmd: x\n    deps: [${deps.map((dep) => `o/${dep}`).join()}]\n    outs: [${outs.map((path) => out + path).join()}]\n`
  })
  return `stages:\n${entries.join('')}`
}
