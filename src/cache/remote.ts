/** Storage elsewhere that holds cache objects under DVC's layout (dvc-data: `files/md5/ab/cdef…`).
 *
 * Oids are hex digests, with `.dir` for directory objects. */
export interface Remote {
  readonly name: string
  /** Which of `oids` the remote holds. */
  status(oids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Brings objects into the cache, members before their `.dir`; resolves to the oids that could not be had. */
  fetch(oids: readonly string[], signal: AbortSignal): Promise<readonly string[]>
  /** Sends objects of the cache, members before their `.dir`; resolves to the oids that could not be sent. */
  push(oids: readonly string[], signal: AbortSignal): Promise<readonly string[]>
}
