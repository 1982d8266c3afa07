import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pc from 'picocolors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Instant, RunEvent, RunId } from '../run/events.ts'
import type { TaskId } from '../run/task-id.ts'
import { formatSummary } from './run-summary.ts'
import { liveScreen, plainScreen } from './screen.ts'
import { TextReporter, type TextReporterOptions } from './text-reporter.ts'

let folder: string
let now = 0
let written = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reporter-'))
  now = Date.parse('2026-01-02T03:04:05.000Z')
  written = ''
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = 'R' as RunId

function write(text: string): void {
  written += text
}

function openReporter(options: Partial<TextReporterOptions> = {}): TextReporter {
  return new TextReporter({
    screen: plainScreen(write),
    colors: pc.createColors(false),
    outputLogs: 'all',
    verbose: false,
    groups: false,
    shown: (address) => address,
    clock: () => now,
    ...options,
  })
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'run' | 'at'> : never

function tell(reporter: TextReporter, event: WithoutTime<RunEvent>): void {
  reporter.report({ ...event, run, at: new Date(now).toISOString() as Instant })
}

function begin(
  reporter: TextReporter,
  decisions: Readonly<Record<string, 'run' | 'maybe' | 'skip' | 'blocked'>>,
): void {
  const tasks = Object.entries(decisions).map(([address, decision]) => ({
    task: address as TaskId,
    address,
    decision,
    needs: [],
  }))
  tell(reporter, { type: 'run-started', jobs: 2, tasks })
}

function start(reporter: TextReporter, task: string, command: string): string {
  const log = join(folder, `${task}.log`)
  tell(reporter, { type: 'task-started', task: task as TaskId, reasons: [{ code: 'forced' }] })
  tell(reporter, { type: 'attempt-started', task: task as TaskId, attempt: 1, log })
  writeFileSync(log, '')
  tell(reporter, { type: 'command-started', task: task as TaskId, attempt: 1, command })
  return log
}

type Ended = RunEvent & { readonly type: 'task-ended' }

function end(reporter: TextReporter, task: string, result: Ended['result'], more: Partial<Ended> = {}): void {
  const ended = { exit: undefined, reason: undefined, blockedBy: undefined, durationMs: 2000, ...more }
  tell(reporter, { type: 'task-ended', task: task as TaskId, result, ...ended })
}

function summary(reporter: TextReporter): string {
  tell(reporter, { type: 'run-ended', durationMs: 4000, exitCode: 0, counts: {} })
  return formatSummary(reporter.view, {
    colors: pc.createColors(false),
    shown: (address) => address,
    shownLog: (file) => file.slice(folder.length + 1),
    next: [['restage run', 'goes on']],
  })
}

test('how long a stage usually takes stands beside how long it takes, where that is known and worth a word', () => {
  const reporter = openReporter({
    screen: liveScreen(
      (text) => (written += text),
      () => 80,
    ),
  })
  const tasks = ['fit', 'quick', 'new'].map((address) => ({
    task: address as TaskId,
    address,
    decision: 'run' as const,
    needs: [],
    ...{ fit: { expectedMs: 62_000 }, quick: { expectedMs: 300 } }[address],
  }))
  tell(reporter, { type: 'run-started', jobs: 3, tasks })
  for (const { address } of tasks) start(reporter, address, 'true')
  now += 12_000
  reporter.tick()
  expect(written).toContain('▶ fit 12s of ~1m02s   ▶ quick 12s   ▶ new 12s')
  const reason = { kind: 'exit', code: 1, command: 'true' } as const
  for (const { address } of tasks) end(reporter, address, 'failed', { exit: 1, reason, durationMs: 12_000 })
  expect(written).toContain('✗ exit 1 after 12s, usually 1m02s')
  expect(written.match(/usually/g)).toHaveLength(1)
})

test('names stand aligned before what commands print, in the order they print it', () => {
  const reporter = openReporter()
  begin(reporter, { fit: 'run', evaluate: 'run' })
  const fit = start(reporter, 'fit', 'python fit.py')
  const evaluate = start(reporter, 'evaluate', 'first\nsecond')
  appendFileSync(fit, 'epoch 1\nepo')
  reporter.tick()
  appendFileSync(evaluate, 'auc 0.9\n')
  appendFileSync(fit, 'ch 2\nlast words')
  reporter.tick()
  end(reporter, 'fit', 'ran')
  end(reporter, 'evaluate', 'ran')
  expect(written).toBe(
    [
      'run R · 2 to run',
      'fit      │ > python fit.py',
      'evaluate │ > first',
      'evaluate │ > second',
      'fit      │ epoch 1',
      'fit      │ epoch 2',
      'evaluate │ auc 0.9',
      'fit      │ last words',
      'fit      ✓ 2.0s',
      'evaluate ✓ 2.0s',
      '',
    ].join('\n'),
  )
})

test('output that is not ended by a line end comes before the next command', () => {
  const reporter = openReporter()
  begin(reporter, { a: 'run' })
  appendFileSync(start(reporter, 'a', 'one'), 'no end')
  tell(reporter, { type: 'command-started', task: 'a' as TaskId, attempt: 1, command: 'two' })
  expect(written.split('\n').slice(1, 4)).toEqual(['a │ > one', 'a │ no end', 'a │ > two'])
})

test('what commands print cannot drive the terminal', () => {
  const reporter = openReporter()
  begin(reporter, { 'odd\u001b[2J': 'run' })
  appendFileSync(start(reporter, 'odd\u001b[2J', 'x\u0007'), '\u001b[2Jgone\u001b]0;title\u0007 \u001b[31mred\n')
  reporter.tick()
  // The name comes from outside as well; whoever shows names cleans them.
  expect(written.replaceAll('odd\u001b[2J', '')).not.toContain('\u001b')
  expect(written).toContain('gone red\n')
})

test('only what the plan did not foresee is told of stages that are skipped', () => {
  const reporter = openReporter()
  begin(reporter, { same: 'skip', later: 'maybe' })
  end(reporter, 'same', 'skipped')
  end(reporter, 'later', 'skipped')
  expect(written).toBe("run R · 1 maybe, 1 unchanged\nlater – didn't change, skipping\n")
})

test('verbose tells why stages run and which are skipped', () => {
  const reporter = openReporter({ verbose: true })
  begin(reporter, { a: 'run', same: 'skip' })
  end(reporter, 'same', 'skipped')
  start(reporter, 'a', 'x')
  expect(written.split('\n').slice(1, -1)).toEqual([
    "same – didn't change, skipping",
    'a │ asked for by force',
    'a │ > x',
  ])
})

test.each([
  ['errors', 'failed', true],
  ['errors', 'ran', false],
  ['none', 'failed', false],
] as const)('with --output-logs %s the output of a stage that %s is printed: %s', (outputLogs, result, isPrinted) => {
  const reporter = openReporter({ outputLogs })
  begin(reporter, { a: 'run' })
  appendFileSync(start(reporter, 'a', 'x'), 'words\n')
  reporter.tick()
  end(reporter, 'a', result)
  expect(written.includes('a │ words')).toBe(isPrinted)
})

test('on GitHub each stage is a section, and its output is never read as a command', () => {
  const reporter = openReporter({ groups: true })
  begin(reporter, { a: 'run' })
  appendFileSync(start(reporter, 'a', 'x'), '::set-output name=x::y\n')
  reporter.tick()
  end(reporter, 'a', 'ran')
  expect(written).toBe(
    [
      'run R · 1 to run',
      '::group::a  2.0s',
      '::stop-commands::restage-R',
      '::set-output name=x::y',
      '::restage-R::',
      '::endgroup::',
      'a ✓ 2.0s',
      '',
    ].join('\n'),
  )
})

test('a silent run says now and then that it is alive', () => {
  const reporter = openReporter()
  begin(reporter, { a: 'run' })
  start(reporter, 'a', 'x')
  now += 29_000
  reporter.tick()
  expect(written).not.toContain('running')
  now += 2000
  reporter.tick()
  reporter.tick()
  expect(written.match(/a │ running 31s\n/g)).toHaveLength(1)
})

test('on a terminal the lines at the bottom are replaced, and gone at the end', () => {
  const reporter = openReporter({ screen: liveScreen(write, () => 40) })
  begin(reporter, { a: 'run', b: 'run' })
  const log = start(reporter, 'a', 'x')
  now += 3000
  reporter.tick()
  expect(written).toContain(' ▶ a 3s\u001b[0m\n ✓ 0  ○ 1   3s')
  appendFileSync(log, 'hello\n')
  written = ''
  reporter.tick()
  expect(written.startsWith('\u001b[3A\r\u001b[0Ja │ hello')).toBe(true)
  written = ''
  tell(reporter, { type: 'run-ended', durationMs: 1, exitCode: 0, counts: {} })
  expect(written).toBe('\u001b[3A\r\u001b[0J')
})

test('the end tells last words of what failed, what is saved, what was not started, and what to do', () => {
  const reporter = openReporter({ outputLogs: 'none' })
  begin(reporter, { a: 'run', b: 'run', c: 'run', d: 'skip' })
  start(reporter, 'a', 'x')
  const log = start(reporter, 'b', 'y')
  appendFileSync(log, Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join(''))
  end(reporter, 'a', 'ran')
  end(reporter, 'b', 'failed', { exit: 137, reason: { kind: 'exit', code: 137, command: 'y' } })
  end(reporter, 'c', 'blocked', { blockedBy: 'b' as TaskId })
  end(reporter, 'd', 'skipped')
  expect(summary(reporter)).toBe(
    [
      '✗ b   exit 137 (SIGKILL) after 2.0s – killed from outside; nothing speaks for lack of memory',
      '  ┌ last lines  (full log: b.log)',
      ...Array.from({ length: 10 }, (_, line) => `  │ line ${line + 20}`),
      '  └',
      'run R ✗ 4.0s   ran 1 · skipped 1 · failed 1 · blocked 1',
      '  finished and saved   a',
      '  not started          c',
      '  next  restage run   goes on',
      '',
    ].join('\n'),
  )
})

test('the end of a good run tells what did not have to run after all', () => {
  const reporter = openReporter()
  begin(reporter, { a: 'run', b: 'maybe' })
  start(reporter, 'a', 'x')
  end(reporter, 'a', 'restored')
  end(reporter, 'b', 'skipped')
  expect(summary(reporter).split('\n').slice(0, 2)).toEqual([
    'run R ✓ 4.0s   restored 1 · skipped 1',
    '  not run: inputs came out identical   b',
  ])
})

test('a run with nothing to do says so in the words of DVC', () => {
  const reporter = openReporter()
  begin(reporter, { a: 'skip', b: 'skip' })
  end(reporter, 'a', 'skipped')
  end(reporter, 'b', 'skipped')
  expect(written).toBe('')
  expect(summary(reporter).split('\n')[0]).toBe('Data and pipelines are up to date.  (2 stages checked)')
})
