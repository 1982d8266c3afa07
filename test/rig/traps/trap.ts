import type { Change } from '../fuzz/history.ts'
import type { OurView } from '../fuzz/our-view.ts'
import type { ProjectFiles } from '../fuzz/project.ts'

/** A behaviour of DVC that one would guess wrong, in our words, and what shows that we know it. */
export interface Trap {
  readonly says: string
  readonly proof: Proof
}

export type Proof =
  /** A project that both read alike; `seen` is part of what is made of it, so that it shows what the trap says. */
  | { readonly project: ProjectFiles; readonly seen: Seen }
  /** A project that both leave alike, run after run. `runs`: how many succeed. */
  | { readonly history: ProjectFiles; readonly changes: readonly Change['kind'][]; readonly runs: number }
  /** The exact title of a test that fails if we get it wrong. */
  | { readonly test: string }
  /** Why there is no such test, or why we deliberately do otherwise. */
  | { readonly exception: string }

/** Part of a view: commands and other fields of stages by address, codes of errors, edges. */
export interface Seen {
  readonly stages?: Readonly<Record<string, object>>
  readonly loadErrors?: readonly string[]
  readonly graphErrors?: readonly string[]
  readonly edges?: OurView['edges']
  readonly status?: Readonly<Record<string, unknown>>
}

/** The traps of one chapter. */
export interface Chapter {
  readonly title: string
  readonly traps: readonly Trap[]
}

/** The title of the test of a trap that brings its project along. */
export function titleOf(chapter: Chapter, { says }: Trap): string {
  return `${chapter.title}: ${says}`
}

/** The title of the test that proves a trap; `undefined` for an exception. */
export function proofOf(chapter: Chapter, trap: Trap): string | undefined {
  if ('exception' in trap.proof) return undefined
  return 'test' in trap.proof ? trap.proof.test : titleOf(chapter, trap)
}
