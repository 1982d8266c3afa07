import { execFileSync } from 'node:child_process'
import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { makeStages } from '../bench/generate.ts'
import { openProject } from './open-rig.ts'
import { checkout } from './peers.ts'

/** What a run of `count` stages asks of the system, in our own process (its main thread, where all is decided). */
export interface RunCost {
  /** System calls, except those that only wait, hand memory on, or tell the time. */
  readonly calls: number
  /** Processes that we start ourselves. */
  readonly processes: number
  /** Bytes of all dvc.lock files that were written one after the other. */
  readonly lockBytes: number
  /** Bytes of the last one. */
  readonly finalLockBytes: number
}

const ofNoFile = /^(futex|epoll_|restart_syscall|sched_yield|madvise|mmap|munmap|mprotect|brk|getpid|rt_sig)/

/** Runs `restage run -j2` in a new project of stages that each print a word into a file. */
export async function traceRun(strace: string, count: number): Promise<RunCost> {
  await using rig = await openProject(async (root) => makeStages(root, count, 'independent'))
  const trace = join(rig.folder, 'trace')
  const argv = [process.execPath, join(checkout, 'dist/cli/main.cjs'), 'run', '-j2', '-q']
  execFileSync(strace, ['-o', trace, '-y', '-s0', ...argv], {
    cwd: rig.root,
    env: { PATH: process.env['PATH'], HOME: rig.folder, SHELL: '/bin/sh' },
    stdio: 'ignore',
  })
  const cost = { calls: 0, processes: 0, lockBytes: 0 }
  const sizes = new Map<string, number>()
  for await (const line of createInterface(createReadStream(trace))) {
    const name = line.slice(0, line.indexOf('('))
    if (!ofNoFile.test(name)) cost.calls++
    if (/^(clone|fork|vfork)/.test(name) && !line.includes('CLONE_THREAD')) cost.processes++
    const [, written, size] = /^p?write(?:64)?\(\d+<([^>]+)>.* = (\d+)$/.exec(line) ?? []
    if (written !== undefined) sizes.set(written, (sizes.get(written) ?? 0) + Number(size))
    const [, from, to] = /^rename\("([^"]*)", "([^"]*)"/.exec(line) ?? []
    if (to?.endsWith('/dvc.lock') === true) cost.lockBytes += sizes.get(from!) ?? 0
  }
  return { ...cost, finalLockBytes: statSync(join(rig.root, 'dvc.lock')).size }
}
