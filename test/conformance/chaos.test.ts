import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, link, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { parse, stringify } from 'yaml'
import { actAsDvc, actAsPeople, actAsRestage, type Ending, endingOf, type Stage } from '../rig/chaos/actors.ts'
import { Chance } from '../rig/chaos/chance.ts'
import { addedFile, fillChaosProject, paramNames, sources, stages, toldFile } from '../rig/chaos/chaos-project.ts'
import { checkSkips, checkUnderLock, type Findings } from '../rig/chaos/checks.ts'
import { type Call, Ledger, md5 } from '../rig/chaos/ledger.ts'
import { openDvcProject } from '../rig/dvc-project.ts'
import { ForkedDvc } from '../rig/forked-dvc.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { tally } from '../rig/tally.ts'

const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const seconds = Number(process.env['RESTAGE_CHAOS_SECONDS'] ?? (process.env['RESTAGE_LONG'] === undefined ? 36 : 600))
const roundMs = 12_000

const kinds = {
  usual: { hardlinkLock: false, withCheckout: false },
  'with locks made of links': { hardlinkLock: true, withCheckout: false },
  'with checkouts': { hardlinkLock: false, withCheckout: true },
} as const

for (const [kind, { hardlinkLock, withCheckout }] of Object.entries(kinds))
  liveTest(
    `several processes of DVC and of ours in one checkout, ${kind}, spoil nothing and judge nothing wrongly`,
    async (dvc, context) => {
      const findings: Findings = { corrupt: [], wrong: [] }
      const servers = [new ForkedDvc(dvc), new ForkedDvc(dvc)]
      const calls: Call[] = []
      let skips = 0
      for (let round = 0; round * roundMs < (seconds * 1000) / Object.keys(kinds).length; round++) {
        // A record that is not true spoils the run cache, and with it what comes later: each round has its own project.
        await using rig = await openProject((root) => fillChaosProject(root, hardlinkLock), { untracked: [addedFile] })
        const ledger = new Ledger(rig.root)
        const stage: Stage = { rig, ledger, hardlinkLock, withCheckout }
        expect(await rig.forkedDvc(['add', '-q', addedFile])).toMatchObject({ exitCode: 0 })
        expect(await rig.forkedDvc(['repro', '-q'])).toMatchObject({ exitCode: 0 })
        for (const file of sources) ledger.noteFile(file, 0)
        for (const name of paramNames) ledger.note(`param ${name}`, '0', 0)
        const end = Date.now() + roundMs
        const chance = (actor: number): Chance => new Chance(seed * 10_000 + round * 10 + actor)
        await Promise.all([
          ...servers.map((server, index) => actAsDvc(server, chance(index), end, stage)),
          actAsRestage(chance(3), end, stage),
          actAsRestage(chance(4), end, stage),
          actAsPeople(chance(5), end, stage),
          watch(
            end,
            stage,
            findings,
            (call) => (skips += withCheckout ? 0 : checkSkips(rig.root, ledger, call, findings)),
          ),
        ])
        await checkQuiet(stage, findings)
        calls.push(...ledger.calls)
        const others = ledger.calls.filter((call) => endingOf(call) === 'other')
        expect({ ...findings, others }, `round ${round}`).toEqual({ corrupt: [], wrong: [], others: [] })
      }
      const endings = countEndings(calls)
      const by = (side: Call['side']): number => calls.filter((call) => call.side === side).length
      tally(
        context,
        `Concurrency, ${kind}: ${Math.round(seconds / Object.keys(kinds).length)} seconds, ${by('dvc')} actions of dvc, ${by('restage')} of ours, ${findings.corrupt.length} corrupt files, ${findings.wrong.length} wrong verdicts (${skips} skips looked at), ${endings.get('lock') ?? 0} losers all with a lock message, ${endings.get('refused') ?? 0} refusals (seed ${seed})`,
      )
    },
    (seconds * 3 + 200) * 1000,
  )

liveTest("DVC's checkout puts an old out back under a running stage, and DVC records it as made", async (dvc) => {
  await using project = await openDvcProject(dvc)
  const at = (file: string): string => join(project.root, file)
  const [started, end] = [at('../started'), at('../end')]
  execFileSync('mkfifo', [started, end])
  const cmd = 'cp in out; if [ -e ../gated ]; then echo > ../started; cat ../end; fi'
  await writeFile(at('dvc.yaml'), stringify({ stages: { s: { cmd, deps: ['in'], outs: ['out'] } } }))
  await writeFile(at('in'), 'old')
  project.dvc('repro', '-q')
  await writeFile(at('in'), 'new')
  await writeFile(at('../gated'), '')
  const running = spawn(dvc, ['repro', '-q'], { cwd: project.root, env: project.env, stdio: 'ignore' })
  await readFile(started)
  expect(await readFile(at('out'), 'utf8')).toBe('new')
  project.dvc('checkout', '-q', '-f', 'out')
  await writeFile(end, '')
  await once(running, 'close')
  const { stages: recorded } = parse(await readFile(at('dvc.lock'), 'utf8'))
  expect(recorded.s).toMatchObject({
    deps: [{ md5: md5(Buffer.from('new')) }],
    outs: [{ md5: md5(Buffer.from('old')) }],
  })
})

liveTest(
  'DVC that does not get its lock of links back after a command says that it is already unlocked',
  async (dvc) => {
    await using project = await openDvcProject(dvc, ['core.hardlink_lock true'])
    const at = (file: string): string => join(project.root, file)
    const [started, end] = [at('../started'), at('../end')]
    execFileSync('mkfifo', [started, end])
    const cmd = 'echo > ../started; cat ../end > out'
    await writeFile(at('dvc.yaml'), stringify({ stages: { s: { cmd, outs: ['out'] } } }))
    const running = spawn(dvc, ['repro'], { cwd: project.root, env: project.env, stdio: ['ignore', 'ignore', 'pipe'] })
    await readFile(started)
    await writeFile(at('.dvc/tmp/claim.lock'), at('.dvc/tmp/claim.lock'))
    await link(at('.dvc/tmp/claim.lock'), at('.dvc/tmp/lock'))
    await writeFile(end, '')
    expect(await text(running.stderr)).toContain('Already unlocked')
  },
)

// Looks again and again while everybody is at work.
async function watch(end: number, stage: Stage, findings: Findings, look: (call: Call) => void): Promise<void> {
  const { calls } = stage.ledger
  let seen = calls.length
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (; seen < calls.length; seen++) look(calls[seen]!)
    if (Math.floor(Date.now() / 100) % 8 === 0) await checkUnderLock(stage, findings)
  }
}

// When everybody has ended: both sides judge alike, and a run leaves what a serial run of DVC leaves elsewhere.
async function checkQuiet(stage: Stage, findings: Findings): Promise<void> {
  const { rig } = stage
  await checkUnderLock(stage, findings)
  const registry = await readFile(join(rig.root, '.dvc/tmp/rwlock'), 'utf8')
  const claims = Object.values(JSON.parse(registry) as Record<string, object>).flatMap(Object.keys)
  if (claims.length > 0) findings.wrong.push(`claims are left in rwlock: ${registry}`)
  await compareStatus(rig, findings)
  const ran = await rig.cli(['run', '--json']).result
  if (ran.exitCode !== 0) findings.wrong.push(`the run after all failed: ${ran.stdout}${ran.stderr}`)
  const clean = await compareStatus(rig, findings)
  const changed = clean.filter((name) => name in stages)
  if (changed.length > 0) findings.wrong.push(`after a run these are changed: ${changed.join(' ')}`)
  if (!stage.withCheckout) await compareWithSerial(rig, findings)
  await checkUnderLock(stage, findings)
}

async function compareStatus(rig: Rig, findings: Findings): Promise<readonly string[]> {
  const theirs = await rig.forkedDvc(['status', '--json'])
  const ours = await rig.cli(['status', '--json']).result
  const told = JSON.parse(ours.stdout) as { stages: { address: string; changes: unknown[] }[] }
  const changed = told.stages.filter(({ changes }) => changes.length > 0).map(({ address }) => address)
  const wanted = Object.keys(JSON.parse(theirs.stdout) as object)
  if (changed.toSorted().join(' ') !== wanted.toSorted().join(' '))
    findings.wrong.push(`changed by DVC: ${wanted.join(' ')}; by us: ${changed.join(' ')}`)
  return changed
}

async function compareWithSerial(rig: Rig, findings: Findings): Promise<void> {
  await using fresh = await openProject(async (root) => {
    for (const name of ['make.sh', 'dvc.yaml', 'params.yaml', '.gitignore', ...sources, addedFile, `${addedFile}.dvc`])
      await cp(join(rig.root, name), join(root, name))
    await mkdir(join(root, '.dvc'))
  })
  const done = await fresh.forkedDvc(['repro', '-q', ...Object.keys(stages)])
  if (done.exitCode !== 0) findings.wrong.push(`the serial run failed: ${done.stderr}`)
  const read = async (root: string, file: string): Promise<string> => await readFile(join(root, file), 'utf8')
  const [ours, theirs] = [parse(await read(rig.root, 'dvc.lock')), parse(await read(fresh.root, 'dvc.lock'))]
  if (JSON.stringify(sorted(ours.stages)) !== JSON.stringify(sorted(theirs.stages)))
    findings.wrong.push(`dvc.lock is not that of a serial run: ${JSON.stringify([ours, theirs])}`)
  for (const stage of Object.values(stages)) {
    const file = toldFile(stage)
    if ((await read(rig.root, file)) !== (await read(fresh.root, file)))
      findings.wrong.push(`${file} is not that of a serial run`)
  }
}

function sorted(entries: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function countEndings(calls: readonly Call[]): ReadonlyMap<Ending, number> {
  const counts = new Map<Ending, number>()
  for (const call of calls) counts.set(endingOf(call), (counts.get(endingOf(call)) ?? 0) + 1)
  return counts
}
