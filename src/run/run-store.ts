import type { RunEvent, RunId } from './events.ts'

/** Where runs are remembered. A record of what happened, never the truth about what is up to date: that is dvc.lock and
 * the cache. */
export interface RunStore extends AsyncDisposable {
  /** Appends one event of a run; the first one creates the run. */
  append(event: RunEvent): void
  /** Ids of the remembered runs, newest first. */
  runs(): Promise<readonly RunId[]>
  /** The events of one run, in order; empty if the run is unknown. */
  events(run: RunId): AsyncIterable<RunEvent>
}
