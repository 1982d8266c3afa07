import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { checkout } from './peers.ts'
import { Program } from './program.ts'

export interface Page {
  /** Relative to the checkout. */
  readonly file: string
  /** The folder of the page's commands, which becomes one of the test's own, such as `/tmp/rides`. */
  readonly folder: string
  /** Where commands are called, relative to that folder; the first block finds itself in the checkout. */
  readonly cwd?: string
  /** Calls that are meant to fail, by a part of them: their exit codes. */
  readonly failing?: Readonly<Record<string, number>>
}

/** Runs the shell blocks of a page, without those that install, one after the other, and returns all that they print. */
export async function playSnippets({ file, folder, cwd = '.', failing = {} }: Page): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'snippets-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await mkdir(join(home, 'bin'))
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(checkout, 'dist/cli/main.cjs')}' "$@"\n`
  await writeFile(join(home, 'bin/restage'), launcher, { mode: 0o755 })
  const said: string[] = []
  const own = join(home, 'page')
  for (const [index, snippet] of (await snippetsOf(file)).entries()) {
    const program = new Program('/bin/bash', ['-ec', snippet.replaceAll(folder, own)], {
      cwd: index === 0 ? checkout : join(own, cwd),
      env: environment(home),
    })
    const { exitCode, stdout, stderr } = await program.result
    const expected = Object.entries(failing).find(([part]) => snippet.includes(part))?.[1] ?? 0
    expect({ snippet, exitCode, stdout, stderr }).toMatchObject({ snippet, exitCode: expected })
    said.push(stdout + stderr)
  }
  return said.join('')
}

async function snippetsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(join(checkout, file), 'utf8')
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!)
  return blocks.filter((block) => !block.includes('npm '))
}

function environment(home: string): Record<string, string> {
  return {
    PATH: [join(home, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
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
