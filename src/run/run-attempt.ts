import { formatDuration } from '../base/duration.ts'
import type { Stage } from '../model/stage.ts'
import type { StageRecord } from '../project/record.ts'
import { withTimeout } from './attempt-signals.ts'
import type { AttemptRequest, Engine, StageResult } from './engine.ts'
import { MaskedLog } from './masked-log.ts'
import type { MemoryWatch } from './memory-evidence.ts'
import { runProblems } from './problems.ts'
import type { StageCall } from './stage-call.ts'

/** Has the engine run the commands of a stage once: with its time limit, its secrets out of the log, and lack of memory told
 * from other failures. */
export async function runAttempt(
  stage: Stage,
  call: StageCall,
  parts: {
    readonly engine: Engine
    readonly previous: StageRecord | undefined
    readonly address: string
    readonly log: string
    readonly memory: MemoryWatch
  },
): Promise<StageResult> {
  const { engine, previous, address, log, memory } = parts
  call.attemptStarted(log)
  const masked = call.secrets.length === 0 ? undefined : new MaskedLog(log, call.secrets)
  const memoryKills = memory.look()
  using signals = withTimeout(call.signals, call.timeout)
  const request: AttemptRequest = {
    stage,
    previous,
    address,
    attempt: call.attempt,
    log: masked?.path ?? log,
    env: call.env,
    onCommand: (command) => call.commandStarted(command),
    onCommandsEnded: () => call.commandsEnded(),
    warn: (problem) => call.warn(problem),
  }
  const result = await engine.run(request, signals).finally(() => masked?.close())
  if (result.outcome === 'failed') return { ...result, log, reason: memory.explain(result.reason, memoryKills, log) }
  if (result.outcome === 'succeeded' || !signals.isOver()) return { ...result, log }
  const afterMs = call.timeout?.afterMs ?? 0
  const problems = [runProblems.commandTimedOut(address, formatDuration(afterMs), stage.at)]
  return { outcome: 'failed', exit: result.exit, reason: { kind: 'timeout', afterMs }, problems, log }
}
