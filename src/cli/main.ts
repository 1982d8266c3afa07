#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import type { CliIo } from './cli-io.ts'

// The one file that every call loads: anything heavier is imported where it is needed.
const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) process.stdout.write(`${version()}\n`)
else if (args.includes('--help') || args.includes('-h')) await work()
else await answer()

async function answer(): Promise<void> {
  const { sayAgain } = await import('./answers.ts')
  if (sayAgain(args)) return
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
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
