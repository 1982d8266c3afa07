import pc from 'picocolors'
import type { CliIo } from '../../src/cli/cli-io.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import type { ProgramResult } from './program.ts'

/** Calls the command line without starting a process. */
export async function callCli(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  version = '0',
): Promise<Pick<ProgramResult, 'stdout' | 'stderr'> & { readonly exitCode: number }> {
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr'): CliIo['stdout'] => ({
    write: (text) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
    },
    colors: pc.createColors(false),
    isTerminal: false,
    size: () => ({ columns: 80, rows: 24 }),
  })
  const io = {
    cwd,
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    version,
    isJson: args.includes('--json'),
  }
  return { exitCode: await runCli(args, io), ...written }
}
