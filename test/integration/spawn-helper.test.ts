import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type CommandEnd,
  type CommandStart,
  type HelperArgv,
  SpawnHelper,
} from '../../src/engines/local/spawn-helper.ts'
import { checkout } from '../rig/peers.ts'
import { living, pidsIn } from '../rig/processes.ts'

const argvs: Readonly<Record<string, HelperArgv | undefined>> = {
  'in perl': undefined,
  'in Node, where there is no perl': [process.execPath, join(checkout, 'dist/spawn-worker.cjs')],
}

describe.each(Object.entries(argvs))('the helper %s', (_, argv) => {
  let folder = ''
  let helper: SpawnHelper

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'restage-helper-'))
    helper = new SpawnHelper({ PATH: process.env['PATH'], PERL5OPT: '-Mnone', ODD: 'a b\nc="é' }, argv)
  })

  afterEach(async () => {
    await helper.close()
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['true', { kind: 'exit', code: 0 }],
    ['exit 7', { kind: 'exit', code: 7 }],
    ['exit 137', { kind: 'exit', code: 137 }],
    ['kill -9 $$', { kind: 'signal', signal: 'SIGKILL' }],
    ['kill -s TERM $$', { kind: 'signal', signal: 'SIGTERM' }],
  ])('tells how `%s` ends', async (line, end) => {
    expect(await helper.start(shell(line)).ended).toEqual(end)
  })

  test('tells why a command was not started', async () => {
    const ended = async (more: Partial<CommandStart>): Promise<unknown> =>
      await helper.start({ ...shell('true'), ...more }).ended
    const notStarted = { kind: 'not-started', what: 'program' }
    expect(await ended({ program: '/nowhere/sh' })).toEqual({ ...notStarted, errno: 'ENOENT' })
    expect(await ended({ program: folder })).toEqual({ ...notStarted, errno: 'EACCES' })
    expect(await ended({ args: ['-c', `: ${'x'.repeat(200_000)}`] })).toEqual({ ...notStarted, errno: 'E2BIG' })
    expect(await ended({ cwd: join(folder, 'nowhere') })).toEqual({ ...notStarted, errno: 'ENOENT' })
    expect(await ended({ log: join(folder, 'no/log') })).toEqual({ ...notStarted, what: 'log', errno: 'ENOENT' })
    expect(await ended({})).toEqual({ kind: 'exit', code: 0 })
  })

  test('hands on folder, environment and text as they are, and appends both outputs to the log', async () => {
    writeFileSync(logFile(), 'before\n')
    const line = 'pwd; printf "%s|" "$ODD" "$MORE" "$PERL5OPT" >&2; ls /dev/fd/0 > /dev/null && cat'
    await helper.start({ ...shell(line), env: { MORE: '“x”' } }).ended
    expect(readFileSync(logFile(), 'utf8')).toBe(`before\n${folder}\na b\nc="é|“x”|-Mnone|`)
  })

  test.runIf(argv === undefined)('waits for no reader of a pipe, but lets the command wait for it', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const start = { ...shell('head -c 1000000 /dev/zero'), log: pipe }
    expect(await helper.start(start).ended).toEqual({ kind: 'not-started', what: 'log', errno: 'ENXIO' })
    const reader = createReadStream(pipe)
    // It opens when somebody writes: this does, without waiting, as soon as the reader is there.
    const [end, bytes] = await Promise.all([startOnceThereIsAReader(start), lengthOf(reader)])
    expect([end, bytes]).toEqual([{ kind: 'exit', code: 0 }, 1_000_000])
  })

  async function startOnceThereIsAReader(start: CommandStart): Promise<CommandEnd> {
    for (;;) {
      const end = await helper.start(start).ended
      if (end.kind !== 'not-started') return end
    }
  }

  async function lengthOf(stream: AsyncIterable<Buffer>): Promise<number> {
    let length = 0
    for await (const piece of stream) length += piece.length
    return length
  }

  test('gives a command three descriptors and a process group of its own', async () => {
    await helper.start(shell('ls /proc/$$/fd; cut -d" " -f5,6 < /proc/$$/stat; echo $$')).ended
    const lines = readFileSync(logFile(), 'utf8').trim().split('\n')
    const pid = lines.at(-1)
    // Whoever started the tests may have left more descriptors open, for every process.
    const plain = execFileSync('/bin/sh', ['-c', 'ls /proc/$$/fd'], { encoding: 'utf8' }).trim().split('\n')
    expect(lines).toEqual([...plain, `${pid} ${pid}`, pid])
  })

  test('waits for what a command leaves in the background', async () => {
    execFileSync('mkfifo', [join(folder, 'gate')])
    const { ended } = helper.start(shell('(cat gate > late) & echo $! > pid'))
    const [end] = await Promise.all([ended, openGate()])
    expect([end, readFileSync(join(folder, 'late'), 'utf8')]).toEqual([{ kind: 'exit', code: 0 }, 'open\n'])
  })

  test('signals a whole group, also in the moment of its start', async () => {
    const commands = Array.from({ length: 20 }, () => helper.start(shell('sleep 300 & wait')))
    commands.forEach((command) => command.signal('SIGKILL'))
    const ends = await Promise.all(commands.map(({ ended }) => ended))
    expect(new Set(ends.map(({ kind }) => kind))).toEqual(new Set(['signal']))
  })

  test('a command is lost with it, not left behind, and the next one finds a new helper', async () => {
    execFileSync('mkfifo', [join(folder, 'gate')])
    const lost = helper.start(shell('sleep 300 & echo $! > pids; echo $$ >> pids; cat gate; kill -9 $PPID; wait'))
    // In Node it has noted one start only when it takes up the next.
    await helper.start(shell('true')).ended
    await openGate()
    expect(await lost.ended).toEqual({ kind: 'lost' })
    const pids = pidsIn(join(folder, 'pids'))
    expect([pids.length, living(pids)]).toEqual([2, []])
    expect(await helper.start(shell('exit 3')).ended).toEqual({ kind: 'exit', code: 3 })
  })

  test('what runs in the background is lost with it too', async () => {
    execFileSync('mkfifo', [join(folder, 'gate')])
    const lost = helper.start(shell("(sh -c 'echo $$ > pids; cat gate; kill -9 $0; sleep 300' $PPID) &"))
    await helper.start(shell('true')).ended
    await openGate()
    expect(await lost.ended).toEqual({ kind: 'lost' })
    expect(living(pidsIn(join(folder, 'pids')))).toEqual([])
  })

  // Opening waits for the reader.
  async function openGate(): Promise<void> {
    await writeFile(join(folder, 'gate'), 'open\n')
  }

  function shell(line: string): CommandStart {
    return { program: '/bin/sh', args: ['-c', line], cwd: folder, log: logFile(), env: {} }
  }

  function logFile(): string {
    return join(folder, 'log')
  }
})
