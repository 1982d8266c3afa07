import { linkSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../test/rig/temp-folder.ts'
import { linkKind } from './link-lock.ts'

const claimName = `${'0'.repeat(32)}.lock`

// What a process leaves that was killed while it had the lock.
function leaveLock(folder: TempFolder, pid: number): void {
  const claim = folder.at(claimName)
  writeFileSync(claim, `${claim}\n${JSON.stringify({ host: hostname(), pid })}`)
  const end = Date.now() / 1000 + 1000
  utimesSync(claim, end, end)
  linkSync(claim, folder.at('lock'))
}

function deadPid(): number {
  return spawnSync('true').pid
}

test('a lock whose process is dead is taken, and nothing of it is left', async () => {
  using folder = openTempFolder()
  leaveLock(folder, deadPid())
  const taken = await linkKind.tryTake(folder.at('lock'))
  expect(taken).toMatchObject({ ok: true })
  expect(readFileSync(folder.at('lock'), 'utf8')).toContain(`"pid":${process.pid}`)
  if (typeof taken !== 'string' && taken.ok) await taken.value.release()
  expect(readdirSync(folder.path)).toEqual([])
})

test('a lock of a living process is left alone', async () => {
  using folder = openTempFolder()
  leaveLock(folder, process.pid)
  expect(await linkKind.tryTake(folder.at('lock'))).toBe('busy')
  expect(readdirSync(folder.path)).toEqual([claimName, 'lock'])
})

test('who is at taking away a dead lock is left to it, and what he leaves when killed is taken away too', async () => {
  using folder = openTempFolder()
  leaveLock(folder, deadPid())
  renameSync(folder.at(claimName), folder.at(`${claimName}.${process.ppid}`))
  expect(await linkKind.tryTake(folder.at('lock'))).toBe('busy')
  renameSync(folder.at(`${claimName}.${process.ppid}`), folder.at(`${claimName}.${deadPid()}`))
  expect(await linkKind.tryTake(folder.at('lock'))).toMatchObject({ ok: true })
  expect(readdirSync(folder.path)).toHaveLength(2)
})
