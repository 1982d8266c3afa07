import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkout, dvcPeer } from '../rig/peers.ts'
import { Calibrator } from './calibrate.ts'
import { dataCases } from './cases/data.ts'
import { hashCases } from './cases/hash.ts'
import { logCases } from './cases/log.ts'
import { noopCases } from './cases/noop.ts'
import { readCases } from './cases/read.ts'
import { runCases } from './cases/run.ts'
import { startCases } from './cases/start.ts'
import { type BenchCase, holdContest, type Outcome } from './contest.ts'
import { type Measured, type Setting, shownGoal, shownRatio, shownSeconds, toMarkdown } from './report.ts'
import { Stopwatch } from './stopwatch.ts'

const allCases: readonly BenchCase[] = [
  ...startCases,
  ...readCases,
  ...noopCases,
  ...runCases,
  ...hashCases,
  ...dataCases,
  ...logCases,
]

const usage = `npm run bench -- [options]   measure Restage beside DVC, make and others; only ratios in one run count

  --quick          the short form, about ten minutes
  --only TEXT      cases whose name contains TEXT
  --rounds N       how often each command is measured (default 7, with --quick 3)
  --json FILE      where the figures go (default .cache/bench/result.json); those of other cases stay
  --write          write docs/benchmarks.md from all that is there
  --list           only name the cases
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      json: { type: 'string', default: join(checkout, '.cache/bench/result.json') },
      write: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return print(usage)
  const cases = allCases.filter(({ name, quick }) => name.includes(values.only) && (quick || !values.quick))
  if (values.list) return print(cases.map(({ name, says }) => `${name.padEnd(24)} ${says}\n`).join(''))
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7))
  const setting = settingOf(values.quick)
  const measured = readMeasured(values.json)
  mkdirSync(dirname(values.json), { recursive: true })
  for await (const outcome of measureAll(cases, values.quick, rounds)) {
    measured.set(outcome.name, { ...outcome, ...setting })
    writeFileSync(values.json, `${JSON.stringify([...measured.values()], undefined, 2)}\n`)
  }
  if (values.write) writeFileSync(join(checkout, 'docs/benchmarks.md'), toMarkdown(inOrder(measured)))
}

function readMeasured(file: string): Map<string, Measured> {
  const measured = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Measured[]) : []
  return new Map(measured.map((outcome) => [outcome.name, outcome]))
}

function inOrder(measured: ReadonlyMap<string, Measured>): readonly Measured[] {
  return allCases.flatMap(({ name }) => measured.get(name) ?? [])
}

async function* measureAll(cases: readonly BenchCase[], quick: boolean, rounds: number): AsyncGenerator<Outcome> {
  await using stopwatch = new Stopwatch()
  const calibrator = new Calibrator(stopwatch)
  for (const benchCase of cases) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'restage-bench-')))
    try {
      print(`${benchCase.name}: ${benchCase.says}\n`)
      const contest = await benchCase.prepare({ folder, stopwatch, quick })
      const outcome = await holdContest(benchCase, contest, {
        stopwatch,
        calibrator,
        rounds,
        slowSeconds: quick ? 8 : 60,
      })
      print(linesOf(outcome))
      yield outcome
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function linesOf({ ours, peers, verdicts }: Outcome): string {
  const costs = Object.entries({ ours, ...peers }).map(
    ([name, { wall, cpu, memory }]) =>
      `  ${name.padEnd(22)} ${shownSeconds(wall).padStart(8)}  ${shownSeconds(cpu).padStart(8)} CPU  ${Math.round(memory / 1024)} MiB\n`,
  )
  const judged = verdicts.map(({ goal, ratio, met }) => {
    const word = met === true ? 'met' : met === false ? 'NOT MET' : met
    return `  ${word}: ${shownGoal(goal)}, found ${ratio === undefined ? 'nothing' : shownRatio(ratio)}\n`
  })
  return [...costs, ...judged].join('')
}

function settingOf(quick: boolean): Setting {
  const processors = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${processors.length} cores ${processors[0]?.model ?? ''}`.trim(),
    versions: { Node: process.version, ...(dvcPeer.path === undefined ? {} : { DVC: versionOf(dvcPeer.path) }) },
    quick,
  }
}

function versionOf(program: string): string {
  return execFileSync(program, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, DVC_NO_ANALYTICS: '1' },
  }).trim()
}

function print(text: string): void {
  process.stdout.write(text)
}

await main()
