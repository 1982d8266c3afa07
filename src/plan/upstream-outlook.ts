import { PathTrie } from '../base/path-trie.ts'
import type { FileDep, Out, ParamsDep } from '../model/stage.ts'
import { findItem, type ItemRecord, type StageRecord } from '../project/record.ts'
import type { PlanStep } from './plan-scope.ts'
import type { StageStatus } from './reasons.ts'

/** What a planned step does to its outs: nothing, puts back recorded data, or something that cannot be told yet. */
export type OutsEffect =
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly record: StageRecord; readonly now: StageStatus | undefined }
  | { readonly kind: 'unknown' }

/** What a dep will hold when its stage's turn comes. */
export type DepOutlook =
  | { readonly kind: 'as-is' }
  /** It gets other data than it has now. */
  | { readonly kind: 'predicted'; readonly item: ItemRecord; readonly from: number }
  | { readonly kind: 'unknown'; readonly from: number }

/** Tells what deps will hold, from the effects of earlier steps. */
export class UpstreamOutlook {
  readonly #outs = new PathTrie<{ readonly step: number; readonly out: Out }>()
  readonly #effects: OutsEffect[] = []

  constructor(steps: readonly PlanStep[]) {
    steps.forEach(({ stage }, step) => stage.outs.forEach((out) => this.#outs.add(out.target, { step, out })))
  }

  /** Effects are noted step by step, in order. */
  note(effect: OutsEffect): void {
    this.#effects.push(effect)
  }

  /** True if one of the steps changes its outs, or may. */
  anyChange(steps: readonly number[]): boolean {
    return steps.some((step) => this.#effectOf(step).kind !== 'none')
  }

  /** The step that changes what stands at `target`, or may; `undefined`: none does. */
  changerOf(target: string): number | undefined {
    const outlook = this.of({ kind: 'params', path: target, target })
    return outlook.kind === 'as-is' ? undefined : outlook.from
  }

  of(dep: Pick<FileDep | ParamsDep, 'kind' | 'path' | 'target'>): DepOutlook {
    let outlook: DepOutlook = { kind: 'as-is' }
    for (const { step, out } of [...this.#outs.atOrAbove(dep.target), ...this.#outs.below(dep.target)]) {
      const effect = this.#effectOf(step)
      if (effect.kind === 'none') continue
      if (effect.kind === 'unknown') return { kind: 'unknown', from: step }
      const item = findItem(effect.record.outs, out.path)
      const now = effect.now?.hashes.get(out.target)
      if (item?.hash !== undefined && now?.oid === item.hash && now.hashName === item.hashName) continue
      if (item?.hash === undefined || out.target !== dep.target || dep.kind !== 'file')
        return { kind: 'unknown', from: step }
      outlook = { kind: 'predicted', item: { ...item, path: dep.path }, from: step }
    }
    return outlook
  }

  // Steps that come later have no effect on this one.
  #effectOf(step: number): OutsEffect {
    return this.#effects[step] ?? { kind: 'none' }
  }
}
