import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../rig/open-rig.ts'

test('what threads hash is what hashing here gives', async () => {
  await using rig = await openProject(async (root) => {
    await mkdir(join(root, '.dvc'))
    await mkdir(join(root, 'many'))
    for (let index = 0; index < 3100; index++)
      await writeFile(join(root, 'many', `f${index}`), `content ${index % 97}\n`)
    for (let index = 0; index < 9; index++)
      await writeFile(join(root, 'many', `l${index}`), Buffer.alloc(2 ** 21 + index, index))
    await writeFile(join(root, 'alone'), Buffer.alloc(40 * 2 ** 20, 7))
    await writeFile(
      join(root, 'dvc.yaml'),
      'stages:\n  s:\n    cmd: ls many > list\n    deps: [many, alone]\n    outs: [list]\n',
    )
  })
  const result = await rig.cli(['run']).result
  expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 })
  const names = [
    ...Array.from({ length: 3100 }, (_, index) => `f${index}`),
    ...Array.from({ length: 9 }, (_, index) => `l${index}`),
  ]
  const members = await Promise.all(
    names.toSorted().map(async (name) => ({ md5: md5(await readFile(join(rig.root, 'many', name))), relpath: name })),
  )
  const listing = `[${members.map((member) => `{"md5": "${member.md5}", "relpath": "${member.relpath}"}`).join(', ')}]`
  const lock = await readFile(join(rig.root, 'dvc.lock'), 'utf8')
  expect(lock).toContain(`md5: ${md5(Buffer.from(listing))}.dir`)
  expect(lock).toContain(`md5: ${md5(await readFile(join(rig.root, 'alone')))}`)
})

function md5(content: Buffer): string {
  return createHash('md5').update(content).digest('hex')
}
