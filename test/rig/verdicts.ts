import { relative } from 'node:path'
import type { ProgramResult } from './program.ts'
import type { Scenario } from './scenarios.ts'

/** What `restage run --json` says of each stage, in the words that DVC's output is read with: by address as seen from
 * where the program was called (JSON has them as seen from the root), and a frozen stage that was left alone was
 * skipped. */
export function verdictsOf(result: ProgramResult, scenario: Scenario): Record<string, string> {
  const { tasks } = lastObject(result.stdout) as { tasks: { address: string; result: string }[] }
  return Object.fromEntries(
    tasks.map((task) => [seenFrom(scenario.cwd ?? '.', task.address), asDvc(task.result, scenario)]),
  )
}

function seenFrom(cwd: string, address: string): string {
  const { file, name } = /^(?:(?<file>.*\.(?:yaml|dvc)):?)?(?<name>.*)$/s.exec(address)!.groups as {
    file?: string
    name: string
  }
  const seen = relative(cwd, file ?? 'dvc.yaml')
  if (name === '') return seen
  return seen === 'dvc.yaml' ? name : `${seen}:${name}`
}

function asDvc(result: string, scenario: Scenario): string {
  if (result === 'frozen') return 'skipped'
  if (result === 'restored' && scenario.sharesResults === true) return 'ran'
  return result
}

/** The object that ends the output of a command with `--json`. */
export function lastObject(stdout: string): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  }
}
