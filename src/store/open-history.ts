import { FileHistory } from './file-history.ts'
import type { History } from './history.ts'
import { RunIndex } from './run-index.ts'

/** Opens what is remembered, by the index if there can be one. */
export async function openHistory(root: string): Promise<History> {
  return (await RunIndex.open(root)) ?? new FileHistory(root)
}
