import type { Reporter, TestModule } from 'vitest/node'
import { notRunNote } from './peer-test.ts'

/** Says last, and in red, which tests a missing peer kept from running: a green suite must not hide that it compared
 * with nothing. */
export default class NotRunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = countByReason(modules)
    if (counts.size === 0) return
    // At exit: everything else has had its say by then.
    process.once('exit', () => process.stderr.write(lines(counts).map(red).join('\n') + '\n'))
  }
}

function countByReason(modules: readonly TestModule[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const result = test.result()
      const note = result.state === 'skipped' ? result.note : undefined
      if (note?.startsWith(notRunNote) === true) {
        const reason = note.slice(notRunNote.length)
        counts.set(reason, (counts.get(reason) ?? 0) + 1)
      }
    }
  }
  return counts
}

function lines(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].map(([reason, count]) => `NOT RUN: ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`)
}

function red(line: string): string {
  return process.env['NO_COLOR'] ? line : `\u001b[1;31m${line}\u001b[0m`
}
