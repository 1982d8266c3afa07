import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One call of a program. Times are in ms since the epoch. */
export interface Call {
  readonly side: 'dvc' | 'restage'
  readonly args: readonly string[]
  readonly from: number
  readonly to: number
  readonly exitCode: number | null
  readonly signal?: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Version {
  readonly value: string
  /** When the writing began. */
  readonly from: number
  /** When the next one was there. */
  to: number
}

/** What inputs were when, and what was called. */
export class Ledger {
  readonly calls: Call[] = []
  readonly #versions = new Map<string, Version[]>()
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** `name`: a file, or `param a`. */
  note(name: string, value: string, from: number): void {
    const versions = this.#versions.get(name) ?? []
    this.#versions.set(name, versions)
    const last = versions.at(-1)
    if (last !== undefined) last.to = Date.now()
    versions.push({ value, from, to: Infinity })
  }

  noteFile(file: string, from: number): void {
    this.note(file, md5(readFileSync(join(this.#root, file))), from)
  }

  isInput(name: string): boolean {
    return this.#versions.has(name)
  }

  wasCurrent(name: string, value: string, from: number, to: number): boolean {
    return (this.#versions.get(name) ?? []).some(
      (version) => version.value === value && version.from <= to && version.to >= from,
    )
  }
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
