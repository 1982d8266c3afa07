import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { acquireRw } from '../../../src/cache/rwlock.ts'
import type { ForkedDvc } from '../forked-dvc.ts'
import type { Rig } from '../open-rig.ts'
import type { Chance } from './chance.ts'
import { addedFile, paramNames, sources, stages } from './chaos-project.ts'
import type { Call, Ledger } from './ledger.ts'

/** Where the actors meet. */
export interface Stage {
  readonly rig: Rig
  readonly ledger: Ledger
  readonly hardlinkLock: boolean
  /** Whether DVC's `checkout` is among what is called. It takes no part in the registry of readers and writers: it puts
   * old outs back under a running command, and whoever runs it, DVC or we, then records them as made by it. */
  readonly withCheckout: boolean
}

/** Calls DVC again and again until `end`, each call a process of its own. */
export async function actAsDvc(dvc: ForkedDvc, chance: Chance, end: number, stage: Stage): Promise<void> {
  while (Date.now() < end) {
    const args = dvcArgs(chance, stage)
    const from = Date.now()
    const done = await dvc.call(stage.rig.callOf(args))
    stage.ledger.calls.push({ side: 'dvc', args, from, to: Date.now(), ...done })
  }
}

function dvcArgs(chance: Chance, { withCheckout }: Stage): readonly string[] {
  const target = chance.pick(Object.keys(stages))
  return chance.pick<readonly string[]>([
    ['repro', target],
    ['repro', target],
    ['repro', '-s', target],
    ['status'],
    ['add', addedFile],
    ['commit', target],
    ...(withCheckout ? [['checkout'], ['checkout', '-f']] : []),
    ['gc', '-w', '-f'],
  ])
}

/** Calls Restage again and again until `end`. Some calls are interrupted. */
export async function actAsRestage(chance: Chance, end: number, { rig, ledger }: Stage): Promise<void> {
  while (Date.now() < end) {
    const args = restageArgs(chance)
    const interruptMs = args[0] === 'run' && chance.next() < 0.15 ? 200 + chance.next() * 1500 : undefined
    const from = Date.now()
    const program = rig.cli(args)
    const timer = interruptMs === undefined ? undefined : setTimeout(() => program.signal('SIGINT'), interruptMs)
    const done = await program.result
    clearTimeout(timer)
    ledger.calls.push({ side: 'restage', args, from, to: Date.now(), ...done })
  }
}

function restageArgs(chance: Chance): readonly string[] {
  const target = chance.pick(Object.keys(stages))
  const run = ['run', '--json', '-j2']
  return chance.pick<readonly string[]>([
    run,
    [...run, target],
    [...run, target],
    [...run, '-s', target],
    [...run, '--force', target],
    ['status', '--json'],
    ['commit', '--json', target],
    ['checkout', '--json'],
    ['checkout', '--json', '-f'],
  ])
}

/** Changes inputs and deletes results until `end`, each time as one who keeps to the registry: what a command reads
 * while somebody changes it would be recorded wrongly by DVC too. */
export async function actAsPeople(chance: Chance, end: number, stage: Stage): Promise<void> {
  for (let count = 1; Date.now() < end; count++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + chance.next() * 900))
    await changeSomething(chance, count, stage)
  }
}

async function changeSomething(chance: Chance, count: number, { rig, ledger, hardlinkLock }: Stage): Promise<void> {
  const { out } = stages[chance.pick(Object.keys(stages))]!
  const file = chance.pick([...sources, addedFile, 'params.yaml', 'params.yaml', out])
  const path = join(rig.root, file)
  const claim = { config: { hardlinkLock }, cmd: `edit ${file}`, read: [], write: [path], waitMs: 2000 }
  const lease = await acquireRw(rig.root, claim)
  if (!lease.ok) return
  await using _ = lease.value
  const from = Date.now()
  if (file === out) return await rm(path, { recursive: true, force: true })
  if (file !== 'params.yaml') {
    await writeFile(path, `${file} ${chance.pick([0, 1, 2, count])}\n`)
    if (file !== addedFile) ledger.noteFile(file, from) // checkouts put back older versions of it
    return
  }
  // Now and then an old value, so that results are found again.
  const values = paramNames.map((name) => ({ name, value: String(chance.pick([0, 1, count])) }))
  // In one step: commands and loaders read it without a claim.
  await writeFile(`${path}.new`, values.map(({ name, value }) => `${name}: ${value}\n`).join(''))
  await rename(`${path}.new`, path)
  values.forEach(({ name, value }) => ledger.note(`param ${name}`, value, from))
}

export type Ending = 'done' | 'interrupted' | 'lock' | 'refused' | 'other'

/** How a call ended, by its words. */
export function endingOf({ side, exitCode, signal, stdout, stderr }: Call): Ending {
  if (exitCode === 0) return 'done'
  if (side === 'dvc') return dvcEnding(`${stdout}${stderr}`)
  if (exitCode === 130 || signal === 'SIGINT') return 'interrupted'
  const errors = errorsIn(stdout)
  if (errors.length > 0 && errors.every((code) => code === 'LOCK_BUSY')) return 'lock'
  return errors.length > 0 && errors.every((code) => refusals.includes(code)) ? 'refused' : 'other'
}

// Changed and not forced, or an input of a single stage that somebody has just deleted.
const refusals = ['COMMIT_NOT_CONFIRMED', 'UNSAVED_FILES', 'DEP_MISSING', 'LOCK_BUSY']

function errorsIn(stdout: string): readonly string[] {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  try {
    const { problems = [] } = JSON.parse(last) as { problems?: { code: string; severity: string }[] }
    return problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  } catch {
    return []
  }
}

function dvcEnding(text: string): Ending {
  if (lockTexts.test(text)) return 'lock'
  return refusalTexts.some((refusal) => refusal.test(text)) ? 'refused' : 'other'
}

// The last: DVC did not get its lock of links back after a command, and then cannot give it back either.
const lockTexts = /Unable to acquire lock|is busy, it is being blocked by|Already unlocked/

const refusalTexts = [
  /changed stage|without (?:a )?confirmation|confirmation from the user|missing data 'source'|does not exist/,
  /failed to reproduce '\w+': \[Errno 2\]/,
  // `commit` looks at deps without announcing it: a file of the project may be gone by then.
  /unexpected error - \[Errno 2\] No such file or directory: '[^']*\/project\/[\w.]+'/,
]
