import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Share } from './tally.ts'
import { chapters } from './traps/chapters.ts'
import { proofOf } from './traps/trap.ts'

/** Prints last what was compared with DVC: the figures of every suite and, when RESTAGE_TRAPS says that the run is a whole
 * one, for each trap whether the test that proves it has passed. A trap without proof fails the run. */
export default class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const traps = process.env['RESTAGE_TRAPS'] === '1' ? judgeTraps(tests) : []
    const lines = [...tests.flatMap((test) => test.meta().tally ?? []), ...sums(tests), ...traps]
    if (lines.length === 0) return
    const text = `\nConformance\n${lines.map((line) => `  ${line}\n`).join('')}`
    process.once('exit', () => process.stdout.write(text))
  }
}

function sums(tests: readonly TestCase[]): readonly string[] {
  const totals = new Map<string, Share>()
  for (const [label, { equal, of }] of tests.flatMap((test) => Object.entries(test.meta().shares ?? {}))) {
    const before = totals.get(label) ?? { equal: 0, of: 0 }
    totals.set(label, { equal: before.equal + equal, of: before.of + of })
  }
  return [...totals].map(([label, { equal, of }]) => `${label}: ${equal} of ${of}`)
}

function judgeTraps(tests: readonly TestCase[]): readonly string[] {
  const states = new Map(tests.map((test) => [test.name, test.result().state]))
  const rows = chapters.flatMap((chapter) =>
    chapter.traps.map((trap) => ({ title: chapter.title, says: trap.says, test: proofOf(chapter, trap) })),
  )
  const tested = rows.filter(({ test }) => test !== undefined)
  const stateOf = ({ test }: (typeof rows)[number]): string => states.get(test ?? '') ?? 'is not there'
  const notRun = tested.filter((row) => stateOf(row) === 'skipped')
  const broken = tested.filter((row) => !['passed', 'skipped'].includes(stateOf(row)))
  if (broken.length > 0) process.exitCode = 1
  const proven = tested.length - notRun.length - broken.length
  const exceptions = rows.length - tested.length
  return [
    `Traps: ${rows.length} in ${chapters.length} chapters: ${proven} proven by a test, ${exceptions} written exceptions, ${notRun.length} not run here, ${broken.length} without proof`,
    ...broken.map((row) => `  NO PROOF (${row.title}): ${row.says}: "${row.test}" ${stateOf(row)}`),
  ]
}
