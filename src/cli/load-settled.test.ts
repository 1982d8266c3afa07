import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { utimesSync, writeFileSync } from 'node:fs'
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

// A process that holds DVC's lock has written a part when it is held up.
const writer = `exec 9>> .dvc/tmp/lock; flock 9; printf ready; read line < gate; printf '%s\\n' '  b:' '    cmd: echo b' >> dvc.lock`

test('a lock whose writer is held up in the middle is waited for as long as he lives', async () => {
  using folder = openTempFolder({
    '.dvc/config': '',
    '.dvc/tmp/lock': ' 1\n',
    'dvc.yaml': 'stages: {a: {cmd: echo a}, b: {cmd: echo b}}',
    'dvc.lock': `${whole.slice(0, whole.indexOf('  b:'))}  `,
  })
  const at = (path: string): string => join(folder.path, path)
  // Nothing has come for a while.
  const [before, earlier] = [Date.now() / 1000 - 3, Date.now() / 1000 - 2]
  execFileSync('mkfifo', [at('gate')])
  const child = spawn('/bin/bash', ['-c', writer.replace("'  b:'", "'b:'")], { cwd: folder.path })
  try {
    await once(child.stdout, 'data')
    utimesSync(at('.dvc/tmp/lock'), before, before)
    utimesSync(at('dvc.lock'), earlier, earlier)
    let loads = 0
    const loaded = await loadSettled(folder.path, {}, async (options) => {
      const result = await loadIndexed(options)
      // When it has been judged what was read.
      if (loads++ === 0) setImmediate(() => writeFileSync(at('gate'), '\n'))
      return result
    })
    expect(loaded.ok && [...loaded.value.project.records.keys()]).toEqual(['dvc.yaml:a', 'dvc.yaml:b'])
    expect(loads).toBe(2)
  } finally {
    child.kill()
  }
})

test('a part that a dead writer left is taken as it is', async () => {
  using folder = openTempFolder({
    '.dvc/config': '',
    '.dvc/tmp/lock': ' 1\n',
    'dvc.yaml': 'stages: {a: {cmd: echo a}}',
    'dvc.lock': whole.slice(0, -8),
  })
  const past = Date.now() / 1000 - 2
  for (const path of ['.dvc/tmp/lock', 'dvc.lock']) utimesSync(join(folder.path, path), past, past)
  let loads = 0
  await loadSettled(folder.path, {}, (options) => {
    loads++
    return loadIndexed(options)
  })
  expect(loads).toBe(1)
})
