import { RunView } from '../../observe/run-view.ts'
import type { RunEvent, RunId } from '../../run/events.ts'
import { readEvents } from '../../store/read-run.ts'

/** The state of a run by what it has told; `undefined`: it told nothing that can be read. */
export function viewRun(root: string, run: RunId): RunView | undefined {
  return viewOf(readEvents(root, run) ?? [])
}

/** The same for events from anywhere. */
export function viewOf(events: readonly RunEvent[]): RunView | undefined {
  if (events[0]?.type !== 'run-started') return undefined
  const view = new RunView()
  events.forEach((event) => view.apply(event))
  return view
}
