import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Share } from './tally.ts'
import { chapters } from './traps/chapters.ts'

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
  const rows = chapters.flatMap(({ title, traps }) => traps.map((trap) => ({ title, ...trap })))
  const tested = rows.flatMap(({ title, says, proof }) => ('test' in proof ? [{ title, says, test: proof.test }] : []))
  const notRun = tested.filter(({ test }) => states.get(test) === 'skipped')
  const broken = tested.filter(({ test }) => !['passed', 'skipped'].includes(states.get(test) ?? 'not there'))
  if (broken.length > 0) process.exitCode = 1
  const proven = tested.length - notRun.length - broken.length
  return [
    `Traps: ${rows.length} in ${chapters.length} chapters: ${proven} proven by a test, ${rows.length - tested.length} written exceptions, ${notRun.length} not run here, ${broken.length} without proof`,
    ...broken.map(
      ({ title, says, test }) => `  NO PROOF (${title}): ${says}: "${test}" ${states.get(test) ?? 'is not there'}`,
    ),
  ]
}
