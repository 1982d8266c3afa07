import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkout } from '../rig/peers.ts'
import { Program } from '../rig/program.ts'

/** Calls of the tutorial that are meant to fail, by a part of them. */
const failing: Readonly<Record<string, number>> = { 'mkdir -p/mkdir': 1, 'command:': 255 }

test('every command of the tutorial does what the tutorial says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tutorial-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'bin'))
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(checkout, 'dist/cli/main.js')}' "$@"\n`
  await writeFile(join(folder, 'bin/restage'), launcher, { mode: 0o755 })
  const said: string[] = []
  for (const [index, snippet] of (await snippets(folder)).entries()) {
    // The first one copies the project.
    const cwd = index === 0 ? checkout : join(folder, 'rides')
    const program = new Program('/bin/bash', ['-ec', snippet], { cwd, env: environment(folder) })
    const { exitCode, stdout, stderr } = await program.result
    const expected = Object.entries(failing).find(([part]) => snippet.includes(part))?.[1] ?? 0
    expect({ snippet, exitCode, stdout, stderr }).toMatchObject({ snippet, exitCode: expected })
    said.push(stdout + stderr)
  }
  const all = said.join('')
  expect(all).toContain('13 changed')
  expect(all).toContain('Data and pipelines are up to date.  (13 stages checked)')
  expect(all).toContain('1 to run, 2 maybe')
  expect(all).toMatch(/train@linear +↺ is cached/)
  expect(all).toContain('dvc.yaml:70:3  COMMAND_FAILED')
})

/** The shell blocks, without the one that installs, in a folder of the test. */
async function snippets(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(checkout, 'docs/tutorial.md'), 'utf8')
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!)
  return blocks
    .filter((block) => !block.includes('npm '))
    .map((block) => block.replaceAll('/tmp/rides', join(folder, 'rides')))
}

function environment(folder: string): Record<string, string> {
  return {
    PATH: [join(folder, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    SHELL: '/bin/sh',
    NO_COLOR: '1',
    DEMO_PAUSE_MS: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'rig',
    GIT_AUTHOR_EMAIL: 'rig@example.org',
    GIT_COMMITTER_NAME: 'rig',
    GIT_COMMITTER_EMAIL: 'rig@example.org',
  }
}
