import { createInterface } from 'node:readline/promises'
import type { CliIo } from '../cli-io.ts'

/** How to ask a person before each stage (`--interactive`); nothing where nobody can answer. */
export function confirmOn(io: CliIo): { readonly confirm?: (address: string) => Promise<boolean> } {
  if (!canAsk(io)) return {}
  // Stages run side by side, but people answer one question at a time.
  let last: Promise<unknown> = Promise.resolve()
  return {
    confirm: (address) => {
      const answer = last.then(() => ask(`Going to run stage '${address}'. Continue? [y/n] `))
      last = answer.catch(() => undefined)
      return answer
    },
  }
}

/** True if a person sits at the terminal. */
export function canAsk(io: CliIo): boolean {
  return process.stdin.isTTY && io.stderr.isTerminal
}

/** Asks a yes-or-no question on the terminal. A closed input means no. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}
