import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf } from '../base/file-problem.ts'
import { namesIn } from '../base/names-in.ts'
import { writeAtomic } from '../base/write-atomic.ts'
import { makeRestageFolder } from '../project/restage-folder.ts'
import type { RunId } from '../run/events.ts'
import type { RunControl } from '../run/run-context.ts'
import type { TaskId } from '../run/task-id.ts'
import { runFolder } from './run-files.ts'
import { isRunAlive } from './read-run.ts'

// A request is a file in the run's folder; the run looks for it, acts and removes it. Nothing listens that could die or
// be left behind, and who may write into the project's folder may ask.

/** What may be asked of a run. Without a task it is meant as a whole. */
interface RunRequest {
  readonly task?: TaskId
  readonly how: 'gently' | 'kill'
}

/** How often a run looks. With the start of who asks it has to stay well below the two seconds within which a request
 * takes effect. */
const lookMs = 100

/** Lets a run of the project be ended by `requestEnd` of another process. */
export function openRunControl(root: string): RunControl {
  return {
    listen(run, request) {
      const folder = requestsFolder(root, run)
      const timer = setInterval(() => {
        for (const { task, how } of takeRequests(folder)) request(task, how)
      }, lookMs)
      return () => clearInterval(timer)
    },
  }
}

/** Asks a run to end, or one of its tasks; resolves to whether the run has taken notice. */
export async function requestEnd(root: string, run: RunId, request: RunRequest, waitMs: number): Promise<boolean> {
  const folder = makeRestageFolder(root, 'runs', run, 'requests')
  const file = join(folder, `${randomBytes(6).toString('hex')}.json`)
  writeAtomic(file, JSON.stringify(request), { durable: false })
  const end = Date.now() + waitMs
  while (existsSync(file)) {
    if (Date.now() > end || !isRunAlive(root, run)) {
      rmSync(file, { force: true })
      return false
    }
    await sleep(lookMs / 4)
  }
  return true
}

// Who asked may take a request back while we look, and a run never fails for who asks.
function takeRequests(folder: string): readonly RunRequest[] {
  try {
    return namesIn(folder)
      .filter((name) => /^[0-9a-f]+\.json$/.test(name)) // others are being written
      .flatMap((name) => {
        const request = parse(readFileSync(join(folder, name), 'utf8'))
        rmSync(join(folder, name), { force: true })
        return request ?? []
      })
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return []
  }
}

function parse(text: string): RunRequest | undefined {
  try {
    const { task, how } = JSON.parse(text) as Partial<RunRequest>
    if (how !== 'gently' && how !== 'kill') return undefined
    return typeof task === 'string' ? { task, how } : { how }
  } catch {
    return undefined
  }
}

function requestsFolder(root: string, run: RunId): string {
  return join(runFolder(root, run), 'requests')
}
