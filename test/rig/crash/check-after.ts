import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Rig } from '../open-rig.ts'
import type { Snapshot } from '../snapshot.ts'
import { historyFaults } from './history-faults.ts'

/** What an undisturbed run starts from and ends with. */
export interface Undisturbed {
  /** How files begin that no run may touch. */
  readonly sources: Readonly<Record<string, string>>
  readonly before: Snapshot
  readonly after: Snapshot
}

/** Looks at what a run left that was killed or met errors, and at what the next one makes of it. Each violation in words,
 * with its promise: I1 entries are old or new, I2 objects are what their names say, I3 DVC works and judges as we do, I4 the
 * next run ends as an undisturbed one, I5 nothing else has changed, I6 the history is whole, I7 nothing unfinished stays, I8
 * nothing of it runs. */
export async function checkAfter(rig: Rig, { sources, before, after }: Undisturbed): Promise<readonly string[]> {
  const wrong: string[] = []
  wrong.push(...(await survivors(rig)))
  wrong.push(...lockFaults(rig, before, after), ...objectFaults(rig), ...(await historyFaults(rig.root)))
  for (const [path, text] of Object.entries(sources))
    if (readFileSync(join(rig.root, path), 'utf8').slice(0, text.length) !== text) wrong.push(`I5 ${path} has changed`)
  wrong.push(...emptyRunFolders(rig))
  const theirs = await rig.forkedDvc(['status', '--json'])
  if (theirs.exitCode === 0) wrong.push(...(await differingStatus(rig, theirs.stdout)))
  else wrong.push(`I3 dvc status: ${theirs.stdout}${theirs.stderr}`)
  const again = await rig.cli(['run', '--json', '-j1']).result
  if (again.exitCode !== 0) return [...wrong, `I4 the next run fails: ${again.stdout}${again.stderr}`]
  const left = await rig.snapshot()
  for (const part of Object.keys(after) as (keyof Snapshot)[]) wrong.push(...differences(part, left[part], after[part]))
  wrong.push(...unfinished(rig.root).map((path) => `I7 ${path} stays`), ...(await historyFaults(rig.root)))
  return wrong
}

function lockFaults(rig: Rig, before: Snapshot, after: Snapshot): readonly string[] {
  const path = join(rig.root, 'dvc.lock')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const [old, fresh] = [entriesOf(before.locks['dvc.lock']), entriesOf(after.locks['dvc.lock'])]
  if (text === undefined) return old.size === 0 ? [] : ['I1 dvc.lock is gone']
  try {
    return [...entriesOf(text)].flatMap(([name, entry]) =>
      entry === old.get(name) || entry === fresh.get(name) ? [] : [`I1 entry ${name} is neither old nor new: ${entry}`],
    )
  } catch (error) {
    return [`I1 dvc.lock does not parse (${String(error)}): ${text}`]
  }
}

function entriesOf(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map()
  const { stages } = parse(text) as { stages: Record<string, unknown> }
  return new Map(Object.entries(stages).map(([name, entry]) => [name, JSON.stringify(entry)]))
}

export function objectFaults(rig: Rig): readonly string[] {
  const folder = join(rig.root, '.dvc/cache/files/md5')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const file = join(folder, path)
    if (!/^[0-9a-f]{2}\/[0-9a-f]{30}(?:\.dir)?$/.test(path) || !statSync(file).isFile()) return []
    const md5 = createHash('md5').update(readFileSync(file)).digest('hex')
    return md5 === path.replace('/', '').replace('.dir', '') ? [] : [`I2 object ${path} holds ${md5}`]
  })
}

async function differingStatus(rig: Rig, theirs: string): Promise<readonly string[]> {
  const ours = await rig.cli(['status', '--json']).result
  if (ours.exitCode !== 0) return [`I3 our status fails: ${ours.stdout}${ours.stderr}`]
  const { stages } = JSON.parse(ours.stdout) as { stages: { address: string; changes: unknown[] }[] }
  const told = stages.filter(({ changes }) => changes.length > 0).map(({ address, changes }) => [address, changes])
  const [a, b] = [
    JSON.stringify(sorted(Object.fromEntries(told))),
    JSON.stringify(sorted(JSON.parse(theirs) as object)),
  ]
  return a === b ? [] : [`I3 our status ${a}, DVC's ${b}`]
}

// On such a folder every later `dvc repro` of the stage fails.
function emptyRunFolders(rig: Rig): readonly string[] {
  const folder = join(rig.root, '.dvc/cache/runs')
  if (!existsSync(folder)) return []
  const keys = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\/[0-9a-f]{64}$/.test(path))
  return keys
    .filter((path) => statSync(join(folder, path)).isDirectory() && readdirSync(join(folder, path)).length === 0)
    .map((path) => `I3 folder ${path} of the run cache is empty`)
}

function sorted(entries: object): unknown {
  return Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function differences(
  part: keyof Snapshot,
  left: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(wanted)])].flatMap((path) => {
    if (left[path] === wanted[path]) return []
    // What is unfinished has a promise of its own.
    if (wanted[path] === undefined && path.endsWith('.tmp')) return []
    return [`I4 ${part} ${path}: ${left[path] ?? 'missing'} instead of ${wanted[path] ?? 'nothing'}`]
  })
}

export function unfinished(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /(?:^|\/)\..*\.tmp$/.test(path) && !path.startsWith('.git/'),
  )
}

/** Processes that still work in the project's folder after a grace time. */
async function survivors(rig: Rig): Promise<readonly string[]> {
  for (const end = Date.now() + graceMs; ;) {
    const pids = processesIn(rig.root)
    if (pids.length === 0) return []
    if (Date.now() > end) return pids.map((pid) => `I8 process ${pid} survives`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const graceMs = 5000

function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      // Of a zombie there is no environment left.
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DVC_ROOT=${folder}\0`)
    } catch {
      return false
    }
  })
}
