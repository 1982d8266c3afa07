import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { checkout } from '../rig/peers.ts'
import { Program } from '../rig/program.ts'

test('the demonstration of the README runs to its end', async () => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), NO_COLOR: '1', DEMO_PAUSE_MS: '0' }
  const { exitCode, stdout, stderr } = await new Program(join(checkout, 'scripts/demo'), [], { cwd: checkout, env })
    .result
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 })
  expect(stdout).toContain('Best model: linear')
})
