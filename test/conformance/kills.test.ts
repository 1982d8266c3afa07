import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Chance } from '../rig/chaos/chance.ts'
import { comparable } from '../rig/comparable.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { tally } from '../rig/tally.ts'

const isLong = process.env['RESTAGE_LONG'] !== undefined
const seed = Number(process.env['RESTAGE_SEED'] ?? 1)
const stageCount = isLong ? 1000 : 150
const wantedKills = Number(process.env['RESTAGE_KILLS'] ?? (isLong ? 200 : 8))
const jobs = 2
/** At a kill: those that run, and as many whose results are being recorded. */
const mostUnderWay = 2 * jobs

// Each command tells in a ledger outside the project that it has run to its end.
function fill(root: string): Promise<void> {
  mkdirSync(join(root, '.dvc'))
  mkdirSync(join(root, 'o'))
  writeFileSync(join(root, '.dvc/config'), '')
  const stages = Array.from({ length: stageCount }, (_, i) => {
    const deps = i < 10 ? '' : `, deps: [o/${i - 10}]`
    return `  s${i}: {cmd: 'echo ${i} > o/${i}; echo ${i} >> ../ledger'${deps}, outs: [o/${i}]}\n`
  })
  writeFileSync(join(root, 'dvc.yaml'), `stages:\n${stages.join('')}`)
  return Promise.resolve()
}

liveTest(
  'a run that is killed again and again ends as one that is not, and does little twice',
  async (_, context) => {
    await using undisturbed = await openProject(fill)
    expect(await undisturbed.cli(['run', '-q', '-j2']).result).toMatchObject({ exitCode: 0 })
    const wanted = comparable(await undisturbed.snapshot(), { anyOrder: true })
    const chance = new Chance(seed)
    let [kills, twice] = [0, 0]
    while (kills < wantedKills) {
      await using rig = await openProject(fill)
      const killed = await runUntilDone(rig, chance)
      const ran = readFileSync(join(rig.folder, 'ledger'), 'utf8').trimEnd().split('\n')
      expect(new Set(ran).size).toBe(stageCount)
      // What was under way at a kill, or had ended in that moment, runs again.
      expect(ran.length - stageCount).toBeLessThanOrEqual(killed * mostUnderWay)
      // Entries that a killed run has written keep their place.
      expect(comparable(await rig.snapshot(), { anyOrder: true })).toEqual(wanted)
      expect((await rig.forkedDvc(['status'])).stdout).toContain('up to date')
      kills += killed
      twice += ran.length - stageCount
    }
    tally(
      context,
      `Kills at random moments of a run of ${stageCount} stages: ${kills}; 0 results lost, ${twice} of ${kills * mostUnderWay} stages that may have been under way ran twice (seed ${seed})`,
    )
  },
  2 * 3_600_000,
)

/** How often it was killed. */
async function runUntilDone(rig: Rig, chance: Chance): Promise<number> {
  let patienceMs = 1200
  for (let kills = 0; ; kills++) {
    const before = ledgerSize(rig)
    const program = rig.cli(['run', '-q', '-j2'])
    const timer = setTimeout(() => program.signal('SIGKILL'), 400 + chance.next() * patienceMs)
    const { exitCode, signal, stderr } = await program.result
    clearTimeout(timer)
    if (exitCode === 0) return kills
    expect({ signal, stderr }).toMatchObject({ signal: 'SIGKILL' })
    // A machine that gets nowhere in that time would try for ever.
    if (ledgerSize(rig) === before) patienceMs *= 2
  }
}

function ledgerSize(rig: Rig): number {
  const file = join(rig.folder, 'ledger')
  return existsSync(file) ? readFileSync(file).length : 0
}
