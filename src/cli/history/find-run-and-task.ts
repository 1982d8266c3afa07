import { failed, ok, type Result } from '../../base/result.ts'
import type { RunView, TaskView } from '../../observe/run-view.ts'
import type { RunId } from '../../run/events.ts'
import type { CliIo } from '../cli-io.ts'
import { historyProblems } from './problems.ts'
import { findRun, looksLikeRun } from './find-run.ts'
import { findTask } from './find-task.ts'
import { viewRun } from './view-run.ts'

/** What `[run] [stage]` name: one word alone is a stage of the last run, unless it can only be a run or no stage is called so. */
export function findRunAndTask(
  root: string,
  [first, second]: readonly (string | undefined)[],
  io: Pick<CliIo, 'cwd'>,
): Result<{ readonly run: RunId; readonly view: RunView; readonly task: TaskView | undefined }> {
  const isStageFirst = second === undefined && first !== undefined && !looksLikeRun(first)
  const asStage = findIn(root, isStageFirst ? undefined : first, isStageFirst ? first : second, io)
  if (asStage.ok || !isStageFirst) return asStage
  const asRun = findIn(root, first, undefined, io)
  return asRun.ok ? asRun : asStage
}

function findIn(
  root: string,
  runText: string | undefined,
  stage: string | undefined,
  { cwd }: Pick<CliIo, 'cwd'>,
): ReturnType<typeof findRunAndTask> {
  const run = findRun(root, runText)
  if (!run.ok) return run
  const view = viewRun(root, run.value)
  if (view === undefined) return failed(historyProblems.runUnreadable(run.value))
  const task = stage === undefined ? undefined : findTask(view.tasks, stage, { root, cwd })
  if (task !== undefined && !task.ok) return task
  return ok({ run: run.value, view, task: task?.value })
}
