import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { errnoOf } from '../../../src/base/file-problem.ts'
import { withRepoLock } from '../../../src/cache/repo-lock.ts'
import type { Stage } from './actors.ts'
import { stages, toldFile } from './chaos-project.ts'
import { type Call, type Ledger, md5 } from './ledger.ts'

export interface LockEntry {
  readonly cmd: string
  readonly deps?: readonly { readonly path: string; readonly md5: string }[]
  readonly params?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly outs?: readonly { readonly path: string; readonly md5: string }[]
}

/** What the checks found, each in words with what was going on. */
export interface Findings {
  readonly corrupt: string[]
  readonly wrong: string[]
}

/** Looks at everything that several processes write, while nobody may write it. */
export async function checkUnderLock(
  { rig: { root }, hardlinkLock, withCheckout }: Stage,
  findings: Findings,
): Promise<void> {
  const held = await withRepoLock(root, { config: { hardlinkLock }, waitMs: 60_000 }, async () => {
    checkIgnoreFile(root, findings)
    const entries = readEntries(root, findings)
    for (const [name, entry] of entries) checkEntry(root, name, entry, withCheckout, findings)
    return entries
  })
  if (!held.ok) findings.wrong.push(`the lock was not to be had in a minute: ${JSON.stringify(held.problems)}`)
  checkObjects(root, findings)
}

export function readEntries(root: string, findings: Findings): ReadonlyMap<string, LockEntry> {
  const file = join(root, 'dvc.lock')
  if (!existsSync(file)) return new Map()
  const text = readFileSync(file, 'utf8')
  try {
    const document = parse(text) as { stages: Record<string, LockEntry> }
    return new Map(Object.entries(document.stages))
  } catch (error) {
    findings.corrupt.push(`dvc.lock does not parse (${String(error)}): ${text}`)
    return new Map()
  }
}

function checkIgnoreFile(root: string, { corrupt }: Findings): void {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n')
  if (!lines.includes('# kept') || !lines.includes('/never-lost'))
    corrupt.push(`.gitignore lost lines: ${lines.join('|')}`)
}

function checkObjects(root: string, { corrupt }: Findings): void {
  const folder = join(root, '.dvc/cache/files/md5')
  if (!existsSync(folder)) return
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.includes('.tmp')) continue
    const bytes = readObject(join(folder, path))
    if (bytes !== undefined && md5(bytes) !== path.replace('/', '').replace('.dir', ''))
      corrupt.push(`object ${path} holds ${md5(bytes)}`)
  }
}

function readObject(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined // collected meanwhile
    throw error
  }
}

const known = new Set<string>()

// What a record names is in the cache. It is true if the result was made from what it names.
function checkEntry(
  root: string,
  name: string,
  entry: LockEntry,
  mayBeUntrue: boolean,
  { wrong, corrupt }: Findings,
): void {
  const stage = stages[name]!
  const told = toldBy(root, entry.outs?.[0]?.md5 ?? '')
  if (told === undefined) corrupt.push(`the object of ${name} is not in the cache: ${JSON.stringify(entry.outs)}`)
  if (told === undefined || mayBeUntrue) return
  const recorded = [
    ...stage.deps.map((path) => `${path} ${entry.deps?.find((dep) => dep.path === path)?.md5 ?? ''}`),
    ...(stage.param === undefined ? [] : [`${stage.param}: ${String(entry.params?.['params.yaml']?.[stage.param])}`]),
  ]
  const says = `${name} is recorded with ${recorded.join(', ')} but read ${told.trimEnd().split('\n').join(', ')}`
  if (told.trimEnd() === recorded.join('\n') || known.has(says)) return
  known.add(says)
  wrong.push(says)
}

function toldBy(root: string, oid: string): string | undefined {
  const bytes = readObject(objectPath(root, oid))
  if (bytes === undefined || !oid.endsWith('.dir')) return bytes?.toString('utf8')
  const listing = JSON.parse(bytes.toString('utf8')) as { md5: string; relpath: string }[]
  return toldBy(root, listing.find(({ relpath }) => relpath === 'x.txt')!.md5)
}

function objectPath(root: string, oid: string): string {
  return join(root, '.dvc/cache/files/md5', oid.slice(0, 2), oid.slice(2))
}

/** A stage that a run of ours left alone must have been right at some moment of that run: what its result was made
 * from was current then. Judged by results that nobody has touched since. */
export function checkSkips(root: string, ledger: Ledger, call: Call, findings: Findings): number {
  if (call.side !== 'restage' || call.args[0] !== 'run') return 0
  const { tasks = [] } = JSON.parse(call.stdout.trimEnd().split('\n').at(-1) || '{}') as {
    tasks?: { address: string; result: string }[]
  }
  let checked = 0
  for (const { address } of tasks.filter((task) => task.result === 'skipped' && task.address in stages)) {
    const file = join(root, toldFile(stages[address]!))
    const text = readOld(file, call.from)
    if (text === undefined) continue
    checked++
    for (const line of text.trimEnd().split('\n')) {
      const [name, value] = line.includes(': ')
        ? [`param ${line.split(': ')[0]}`, line.split(': ')[1]!]
        : line.split(' ')
      if (ledger.isInput(name!) && !ledger.wasCurrent(name!, value!, call.from - 1000, call.to))
        findings.wrong.push(`${address} was skipped by \`${call.args.join(' ')}\` but was made from another ${name}`)
    }
  }
  return checked
}

function readOld(file: string, before: number): string | undefined {
  try {
    return statSync(file).mtimeMs < before && statSync(file).ctimeMs < before ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}
