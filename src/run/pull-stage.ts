import { failed, ok, type Result } from '../base/result.ts'
import type { Stage } from '../model/stage.ts'
import { runProblems } from './problems.ts'
import type { RunContext } from './run-context.ts'

/** Brings a stage's data into cache and workspace through the installed `dvc`, which knows how to reach any remote. */
export async function pullStage(stage: Stage, address: string, context: RunContext): Promise<Result<void>> {
  const { execa } = await import('execa')
  // `--` keeps an address that starts with a dash from being read as an option.
  const pulled = await execa('dvc', ['pull', '--quiet', '--', address], {
    cwd: context.cwd,
    reject: false,
    cancelSignal: context.signals.stop,
    stdin: 'ignore',
  })
  if (pulled.exitCode === 0) return ok(undefined)
  if (pulled.code === 'ENOENT') return failed(runProblems.pullNeedsDvc(address, stage.at))
  return failed(
    runProblems.pullFailed(address, pulled.stderr.trim() || `dvc pull ended with ${pulled.exitCode}`, stage.at),
  )
}
