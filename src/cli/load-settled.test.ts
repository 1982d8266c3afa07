import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTempFolder } from '../../test/rig/temp-folder.ts'
import { loadIndexed } from '../model/project-index.ts'
import { loadSettled } from './load-settled.ts'

const whole = "schema: '2.0'\nstages:\n  a:\n    cmd: echo a\n  b:\n    cmd: echo b\n"

test('a lock that is half written while it is read is read again', async () => {
  using folder = openTempFolder({
    '.dvc/config': '',
    'dvc.yaml': 'stages: {a: {cmd: echo a}, b: {cmd: echo b}}',
    'dvc.lock': whole.slice(0, whole.indexOf('  b:')),
  })
  let loads = 0
  const loaded = await loadSettled(folder.path, {}, async (options) => {
    const result = await loadIndexed(options)
    if (loads++ === 0) writeFileSync(join(folder.path, 'dvc.lock'), whole)
    return result
  })
  expect(loaded.ok && [...loaded.value.project.records.keys()]).toEqual(['dvc.yaml:a', 'dvc.yaml:b'])
})

test('a lock that never settles is taken as it is', async () => {
  using folder = openTempFolder({ '.dvc/config': '', 'dvc.yaml': 'stages: {a: {cmd: echo a}}', 'dvc.lock': whole })
  let loads = 0
  const loaded = await loadSettled(folder.path, {}, async (options) => {
    const result = await loadIndexed(options)
    writeFileSync(join(folder.path, 'dvc.lock'), whole)
    loads++
    return result
  })
  expect(loaded.ok).toBe(true)
  expect(loads).toBe(4)
})
