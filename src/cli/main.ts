#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfExists } from '../base/read-if-exists.ts'
import type { CliIo } from './cli-io.ts'
import { isTerminal, say } from './say.ts'

// The one file that every call loads: anything heavier is imported where it is needed.
const args = process.argv.slice(2)
if (isCallOf('--version', '-V')) say(`${version()}\n`)
else if (isCallOf('--help', '-h')) help()
else if (args.includes('--help') || args.includes('-h')) void work()
else void answer()

function isCallOf(...names: readonly string[]): boolean {
  return args.length === 1 && names.includes(args[0]!)
}

// What a bundle wrote down for those who are no terminal; a terminal has a width that lines are broken for.
function help(): void {
  const text = isTerminal() ? undefined : readIfExists(join(import.meta.dirname, 'help.txt'))
  if (text === undefined) void work()
  else say(text)
}

async function answer(): Promise<void> {
  const { answerAgain } = await import('./answers.ts')
  const text = answerAgain(args)
  if (text !== undefined) return say(text)
  const [{ keepCompiled }, { leanHeap }] = await Promise.all([import('./keep-compiled.ts'), import('./lean-heap.ts')])
  keepCompiled(process.env)
  leanHeap()
  const { listen } = await import('./listen.ts')
  await work((io) => listen(args, io))
}

async function work(
  listen: (io: CliIo) => { readonly io: CliIo; readonly keep: () => void } = (io) => ({ io, keep: () => undefined }),
): Promise<void> {
  const [{ runCli }, { processIo, watchReaders }] = await Promise.all([
    import('./run-cli.ts'),
    import('./process-io.ts'),
  ])
  watchReaders()
  const { io, keep } = listen(processIo(version(), args))
  process.exitCode = await runCli(args, io)
  if (process.exitCode === 0) keep()
}

// The same place as seen from the sources and from the package.
function version(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string
  }
  return manifest.version
}
