import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { Chance } from '../rig/chaos/chance.ts'
import { checkAfter, type Undisturbed } from '../rig/crash/check-after.ts'
import { stubborn } from '../rig/crash/stubborn.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { living, pidsIn } from '../rig/processes.ts'
import type { Program } from '../rig/program.ts'
import { tally } from '../rig/tally.ts'

const isLong = process.env['RESTAGE_LONG'] !== undefined
const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const rounds = Number(process.env['RESTAGE_STORMS'] ?? (isLong ? 500 : 5))

// The stages of the middle do what stands beside the project, until they may end.
const middle = ['a', 'b', 'c']
const sources = {
  'dvc.yaml': `stages:
  first: {cmd: echo 1 > first, outs: [first]}
${middle.map((name) => `  ${name}: {cmd: 'test -f ../go || . ../${name}.sh; echo ${name} > ${name}', deps: [first], outs: [${name}]}\n`).join('')}
  last: {cmd: cat a b c > last, deps: [a, b, c], outs: [last]}
`,
  'kept.txt': 'of no stage\n',
}

/** SIGQUIT ends us as SIGKILL does: nobody can answer. SIGSTOP holds us up until the next signal. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGSTOP'] as const

liveTest(
  'a storm of signals ends whatever a run has started, and the next run goes on',
  async (_, context) => {
    await using rig = await openProject((root) => {
      mkdirSync(join(root, '.dvc'))
      writeFileSync(join(root, '.dvc/config'), '')
      for (const [path, text] of Object.entries(sources)) writeFileSync(join(root, path), text)
      return Promise.resolve()
    })
    const undisturbed = await learn(rig)
    const chance = new Chance(seed)
    const found: string[] = []
    let [sent, ended, escaped] = [0, 0, 0]
    for (let round = 0; round < rounds; round++) {
      reset(rig)
      const kinds = middle.map((name) => {
        const kind = chance.pick(Object.keys(stubborn) as (keyof typeof stubborn)[])
        writeFileSync(join(rig.folder, `${name}.sh`), stubborn[kind])
        return kind
      })
      const storm = await letLoose(rig, chance)
      const left = pidsIn(join(rig.folder, 'escaped'))
      living(left).forEach((pid) => process.kill(pid, 'SIGKILL'))
      writeFileSync(join(rig.folder, 'go'), '')
      const wrong = [...storm.wrong, ...(await checkAfter(rig, undisturbed))]
      if (wrong.length > 0) found.push(`${kinds.join(', ')}; ${storm.sent.join(' ')}\n  ${wrong.join('\n  ')}`)
      sent += storm.sent.length
      ended += pidsIn(join(rig.folder, 'pids')).length
      escaped += left.length
    }
    expect(found).toEqual([])
    tally(
      context,
      `Storms of signals: ${rounds - found.length} of ${rounds} (${sent} signals): 0 of ${ended} processes survived in their groups, and the next run went on; ${escaped} had left their session before (seed ${seed})`,
    )
  },
  4 * 3_600_000,
)

/** What a run from the start makes of the project when nobody disturbs it. */
async function learn(rig: Rig): Promise<Undisturbed> {
  execFileSync('cp', ['-a', rig.root, join(rig.folder, 'template')])
  writeFileSync(join(rig.folder, 'go'), '')
  const before = await rig.snapshot()
  expect(await rig.cli(['run', '-q', '-j1']).result).toMatchObject({ exitCode: 0 })
  return { sources, before, after: await rig.snapshot() }
}

function reset(rig: Rig): void {
  for (const path of ['project', 'site', 'go', 'pids', 'escaped'])
    rmSync(join(rig.folder, path), { recursive: true, force: true })
  execFileSync('cp', ['-a', join(rig.folder, 'template'), rig.root])
}

/** Runs and sends signals until the run has ended. */
async function letLoose(rig: Rig, chance: Chance): Promise<{ readonly sent: string[]; readonly wrong: string[] }> {
  const program = rig.cli(['run', '-j3'])
  const state = { hasEnded: false }
  const result = program.result.finally(() => (state.hasEnded = true))
  const sent: string[] = []
  const wantedPids = chance.next() < 0.7 ? 2 : 0
  while (!state.hasEnded && pidsIn(join(rig.folder, 'pids')).length < wantedPids) await sleep(20)
  await sleep(chance.next() * 300)
  while (!state.hasEnded) {
    sent.push(strike(program, chance))
    await sleep(chance.next() * 400)
  }
  const { exitCode, signal, stdout, stderr } = await result
  const wrong: string[] = []
  if (/\n\s+at /.test(stderr)) wrong.push(`a stack trace: ${stderr}`)
  if (signal === null && ![129, 130, 143].includes(exitCode ?? 0))
    wrong.push(`exit code ${exitCode}: ${stdout}${stderr}`)
  // Who could not answer leaves the end of its groups to the helper, and `checkAfter` waits for that.
  const survivors = signal === null ? living(pidsIn(join(rig.folder, 'pids'))) : []
  return { sent, wrong: [...wrong, ...survivors.map((pid) => `I8 process ${pid} survives an orderly end`)] }
}

function strike(program: Program, chance: Chance): string {
  const name = chance.pick(signals)
  // A stopped process takes no other signal.
  program.signal('SIGCONT')
  program.signal(name)
  return name
}
