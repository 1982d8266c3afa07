import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../rig/open-rig.ts'

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
