import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Something outside the repository that some tests compare with. */
export interface Peer {
  readonly name: string
  /** Where it is, or undefined when this machine lacks it. */
  readonly path: string | undefined
  /** What to do to get it. */
  readonly remedy: string
  /** Fail instead of leaving the tests out. */
  readonly required: boolean
}

export const checkout = resolve(import.meta.dirname, '../..')

/** `1` demands the real DVC, `all` the corpus and strace as well. */
const demanded = process.env['RESTAGE_REQUIRE_LIVE'] ?? ''

export const dvcPeer: Peer = {
  name: 'real DVC',
  path: firstExisting([process.env['RESTAGE_DVC'], join(checkout, '.cache/dvc/bin/dvc')]),
  remedy: 'run scripts/setup-dvc (needs python3 and PyPI)',
  required: demanded !== '' && demanded !== '0',
}

export const corpusPeer: Peer = {
  name: 'corpus of public DVC projects',
  path: firstExisting(
    process.env['RESTAGE_CORPUS'] === undefined
      ? [resolve(checkout, '../shared/corpus')]
      : [process.env['RESTAGE_CORPUS']],
  ),
  remedy: 'name its folder in RESTAGE_CORPUS',
  required: demanded === 'all',
}

export const stracePeer: Peer = {
  name: 'strace',
  path: works('strace', ['-o', '/dev/null', 'true']) ? 'strace' : undefined,
  remedy: 'install it, and let processes be traced',
  required: demanded === 'all',
}

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function firstExisting(candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find((candidate) => candidate !== undefined && candidate !== '' && existsSync(candidate))
}
