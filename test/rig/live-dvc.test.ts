import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import { liveTest } from './live-dvc.ts'

liveTest('the real DVC is the version that the suite speaks of', (dvc) => {
  const env = { ...process.env, HOME: tmpdir(), DVC_NO_ANALYTICS: '1' }
  expect(execFileSync(dvc, ['--version'], { cwd: tmpdir(), env, encoding: 'utf8' }).trim()).toBe('3.67.1')
})
