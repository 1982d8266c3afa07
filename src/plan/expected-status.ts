import type { Dep } from '../model/stage.ts'
import type { ItemRecord } from '../project/record.ts'
import { recordedDep } from './recorded-hash.ts'
import type { EntryState, Reason, StageStatus } from './reasons.ts'
import type { UpstreamOutlook } from './upstream-outlook.ts'

/** A stage's status as far as it can be told for the moment when its turn comes. */
export interface ExpectedStatus {
  /** Deps that earlier steps may change are left out, unless they differ whatever they will hold. */
  readonly status: StageStatus
  /** What will be at deps that get other, known data, by absolute path. */
  readonly predicted: ReadonlyMap<string, ItemRecord>
  /** Some dep may come out differently than it looks now. */
  readonly isOpen: boolean
  /** All deps are known, so earlier results can be looked for. */
  readonly areDepsKnown: boolean
}

/** `stepName` gives the address of a step. */
export function expectStatus(
  status: StageStatus,
  outlook: UpstreamOutlook,
  stepName: (step: number) => string,
): ExpectedStatus {
  const deps = new Map(status.deps)
  const predicted = new Map<string, ItemRecord>()
  const upstream: Reason[] = []
  const open = new Set<string>()
  let areDepsKnown = true
  for (const dep of status.stage.frozen ? [] : status.stage.deps) {
    if (dep.kind !== 'file' && dep.kind !== 'params') continue
    const coming = outlook.of(dep)
    if (coming.kind === 'as-is') continue
    const before = dep.kind === 'file' ? recordedDep(dep, status.record) : undefined
    const after = coming.kind === 'predicted' ? coming.item : undefined
    if (after === undefined) areDepsKnown = false
    else predicted.set(dep.target, after)
    const differs = after !== undefined && (after.hash !== before?.hash || after.hashName !== before?.hashName)
    setState(deps, dep, differs || hasNoRecord(dep, status) ? 'modified' : undefined)
    open.add(dep.path)
    upstream.push({
      code: 'upstream.ran',
      path: dep.path,
      stage: stepName(coming.from),
      ...(before?.hash === undefined ? {} : { before: before.hash }),
      ...(after?.hash === undefined ? {} : { after: after.hash }),
    })
  }
  const own = status.reasons.filter((reason) => !isAboutDep(reason) || !open.has(reason.path ?? ''))
  return { status: { ...status, deps, reasons: [...own, ...upstream] }, predicted, isOpen: open.size > 0, areDepsKnown }
}

// What was never recorded differs from anything.
function hasNoRecord(dep: Dep, { record }: StageStatus): boolean {
  if (dep.kind === 'params') return record?.params.get(dep.path) === undefined
  return dep.kind === 'file' && recordedDep(dep, record).hash === undefined
}

function setState(deps: Map<string, unknown>, dep: Dep, state: EntryState | undefined): void {
  if (state === undefined) deps.delete(dep.path)
  else deps.set(dep.path, state)
}

function isAboutDep({ code }: Reason): boolean {
  return code.startsWith('dep.') || code.startsWith('param.')
}
