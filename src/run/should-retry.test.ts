import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { defaultPolicy, type RetryCondition } from '../policy/stage-policy.ts'
import type { FailureReason } from './events.ts'
import { MemoryWatch } from './memory-evidence.ts'
import { shouldRetry } from './should-retry.ts'

const exit = (code: number): FailureReason => ({ kind: 'exit', code, command: 'x' })
const killed: FailureReason = { kind: 'signal', signal: 'SIGKILL', command: 'x' }
const timeout: FailureReason = { kind: 'timeout', afterMs: 1 }
const missing: FailureReason = { kind: 'problem', code: 'OUT_MISSING', message: 'x' }

test.each<[string, readonly RetryCondition[] | undefined, FailureReason, boolean]>([
  ['any exit code by default', undefined, exit(1), true],
  ['a timeout by default', undefined, timeout, true],
  ['what was killed, not by default', undefined, killed, false],
  ['a shell whose command was killed, not by default', undefined, exit(137), false],
  [
    'what lacks memory by its own words, not by default',
    undefined,
    { kind: 'exit', code: 1, command: 'x', memory: 'log' },
    false,
  ],
  ['an output that was not made, never', [{ kind: 'exit', code: 0 }], missing, false],
  ['a listed exit code', [{ kind: 'exit', code: 75 }], exit(75), true],
  ['another exit code', [{ kind: 'exit', code: 75 }], exit(1), false],
  ['a listed signal', [{ kind: 'signal', signal: 'SIGKILL' }], killed, true],
  ['a listed signal that a shell reports', [{ kind: 'signal', signal: 'SIGKILL' }], exit(137), true],
  ['a timeout that is listed', [{ kind: 'timeout' }], timeout, true],
  ['a timeout that is not listed', [{ kind: 'exit', code: 75 }], timeout, false],
  ['a line of the log', [{ kind: 'log', pattern: 'Read ?Timeout$' }], exit(1), true],
  ['no line of the log', [{ kind: 'log', pattern: '^Timeout' }], exit(1), false],
])('%s: tried again', (_, on, reason, isRetried) => {
  const log = logOf('first\nerror: ReadTimeout\nbye\n')
  expect(shouldRetry({ ...defaultPolicy.retries, max: 1, on }, reason, log)).toBe(isRetried)
})

test.each([
  ['MemoryError', 'Traceback\nMemoryError\n', 'log'],
  ['R', 'Error: cannot allocate vector of size 3 Gb\n', 'log'],
  ['CUDA', 'RuntimeError: CUDA error: out of memory\n', 'log'],
  ['nothing', 'boom\n', undefined],
])('last words that speak for lack of memory: %s', (_, text, memory) => {
  const watch = new MemoryWatch(() => 0)
  expect(watch.explain(exit(1), watch.look(), logOf(text))).toEqual({
    ...exit(1),
    ...(memory === undefined ? {} : { memory }),
  })
})

function logOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'retry-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'log'), text)
  return join(folder, 'log')
}
