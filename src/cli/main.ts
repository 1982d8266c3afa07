#!/usr/bin/env node
import { readFileSync } from 'node:fs'

// The one file that every call loads: anything heavier is imported where it is needed.
const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) process.stdout.write(`${version()}\n`)
else process.exitCode = await run()

async function run(): Promise<number> {
  const [{ runCli }, { processIo, watchReaders }] = await Promise.all([
    import('./run-cli.ts'),
    import('./process-io.ts'),
  ])
  watchReaders()
  return await runCli(args, processIo(version(), args))
}

// The same place as seen from the sources and from the package.
function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
