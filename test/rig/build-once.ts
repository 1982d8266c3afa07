import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './peers.ts'

/** Bundles the command line if the sources are newer than dist: a test of yesterday's program proves nothing. */
export function setup(): void {
  if (newest('src') <= modified('dist/cli/main.cjs') && existsSync(join(checkout, 'dist/cli/main.cjs'))) return
  const rolldown = join(checkout, 'node_modules/rolldown/bin/cli.mjs')
  const { status } = spawnSync(process.execPath, [rolldown, '--config', 'rolldown.config.ts', '--log-level', 'warn'], {
    cwd: checkout,
    stdio: 'inherit',
  })
  // Tests that do not need the program may still run; the others fail by themselves.
  if (status !== 0) process.stderr.write('The command line could not be bundled: tests that call it will fail\n')
}

function newest(folder: string): number {
  const files = readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
  return Math.max(0, ...files.filter((file) => file.endsWith('.ts')).map((file) => modified(join(folder, file))))
}

function modified(file: string): number {
  return statSync(join(checkout, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
