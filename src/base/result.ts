import type { Problem } from './problem.ts'

/** An answer, or all the reasons why there is none. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function failed<T = never>(...problems: readonly Problem[]): Result<T> {
  return { ok: false, problems }
}
