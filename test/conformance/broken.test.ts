import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Problem } from '../../src/base/problem.ts'
import { brokenProjects, type BrokenProject } from '../rig/broken-projects.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import type { ProgramResult } from '../rig/program.ts'
import { share } from '../rig/tally.ts'
import { lastObject } from '../rig/verdicts.ts'

for (const [name, broken] of Object.entries(brokenProjects)) {
  test(`${name}: ${broken.code}, with its place and the next step`, async (context) => {
    await using rig = await openBroken(broken)
    const before = await rig.snapshot()

    const asJson = await run(rig, broken, ['--json'])
    expect(problemIn(asJson, broken)).toMatchObject({
      code: broken.code,
      at: broken.at,
      exitCode: broken.exitCode,
      hasHint: broken.noHint !== true,
    })
    expect(asJson.stdout + asJson.stderr).toContain(broken.says)
    expect(asJson.stdout + asJson.stderr).not.toMatch(stackTrace)
    if (broken.starts !== true) expect(await rig.snapshot()).toEqual(before)

    const asText = await run(rig, broken, [])
    const text = asText.stdout + asText.stderr
    expect({ exitCode: asText.exitCode, text }).toMatchObject({
      exitCode: broken.exitCode,
      text: expect.stringContaining(broken.code),
    })
    if (broken.at !== undefined) expect(text).toContain(broken.at)
    expect(text).not.toMatch(stackTrace)
    if (broken.starts !== true) expect(await rig.snapshot()).toEqual(before)
    share(context, 'Broken projects told with place and next step', { equal: 1, of: 1 })
  })
}

test('a broken project does not hide the stages that can be read', async () => {
  await using rig = await openBroken(brokenProjects['a key that DVC does not know']!)
  await rig.change({ write: { 'other/dvc.yaml': 'stages:\n  fine:\n    cmd: echo\n' } })
  const result = await rig.cli(['stages', '--json']).result
  const { stages, problems } = lastObject(result.stdout) as { stages: { address: string }[]; problems: Problem[] }
  expect(stages.map((stage) => stage.address)).toContain('other/dvc.yaml:fine')
  expect(problems.map((problem) => problem.code)).toEqual(['SCHEMA_INVALID'])
})

const stackTrace = /\n\s+at .*[(:]\d+/

function run(rig: Rig, broken: BrokenProject, more: readonly string[]): Promise<ProgramResult> {
  return rig.cli([...(broken.args ?? ['run', '-j2']), ...more], { env: broken.env ?? {} }).result
}

async function openBroken(broken: BrokenProject): Promise<Rig> {
  const files = broken.noRepository === true ? broken.files : { '.dvc/config': '', ...broken.files }
  return await openProject(async (root) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
  })
}

function problemIn(result: ProgramResult, broken: BrokenProject): object {
  const { problems } = lastObject(result.stdout) as { problems: Problem[] }
  const problem = problems.find(({ code }) => code === broken.code) ?? problems[0]
  const at = problem?.at === undefined ? undefined : `${problem.at.file}:${problem.at.line}`
  return { code: problem?.code, at, exitCode: result.exitCode, hasHint: problem?.hint !== undefined }
}
