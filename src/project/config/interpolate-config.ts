import type { Problem } from '../../base/problem.ts'
import { isSection, type ConfigEntry, type ConfigSection, type ConfigValue } from './config-tree.ts'
import type { OpenSection } from './parse-config-text.ts'
import { configProblems } from './problems.ts'

/** Replaces `%(key)s` in all values below `root`, in place, and reports what cannot be replaced.
 *
 * A key is looked up in the value's own section, in that section's `DEFAULT`, and then in the sections above
 * (ConfigObj: `InterpolationEngine`). There is no escape: a lone `%` stays as it is. */
export function interpolateConfig(root: OpenSection): readonly Problem[] {
  const problems: Problem[] = []
  const original: Scope = { entries: cloneSection(root.entries), above: undefined, work: { left: mostReplacements } }
  interpolateSection(root.entries, original, problems)
  return problems
}

interface Scope {
  readonly entries: ConfigSection
  readonly above: Scope | undefined
  readonly work: { left: number }
}

// Values that refer to each other twice each double the work with every level.
const mostReplacements = 10_000

class InterpolationFault extends Error {}

function interpolateSection(target: Map<string, ConfigEntry>, scope: Scope, problems: Problem[]): void {
  for (const [key, entry] of target) {
    if (isSection(entry.value)) {
      const inner = scope.entries.get(key)?.value as ConfigSection
      interpolateSection(entry.value as Map<string, ConfigEntry>, { ...scope, entries: inner, above: scope }, problems)
      continue
    }
    try {
      target.set(key, { ...entry, value: interpolateValue(key, entry.value, scope) })
    } catch (fault) {
      if (!(fault instanceof InterpolationFault)) throw fault
      problems.push(configProblems.interpolation(entry.at, key, fault.message))
    }
  }
}

function interpolateValue(key: string, value: string | readonly string[], scope: Scope): string | readonly string[] {
  return typeof value === 'string'
    ? interpolate(key, value, scope, [])
    : value.map((item) => interpolate(key, item, scope, []))
}

type Trail = readonly { readonly key: string; readonly scope: Scope }[]

function interpolate(key: string, value: string, scope: Scope, trail: Trail): string {
  if (trail.some((step) => step.key === key && step.scope === scope))
    throw new InterpolationFault(`\`${key}\` refers to itself`)
  const here = [...trail, { key, scope }]
  return value.replace(/%\(([^)]*)\)s/g, (_, name: string) => {
    if (--scope.work.left < 0) throw new InterpolationFault('there are too many replacements')
    const found = lookUp(name, scope)
    if (found === undefined) throw new InterpolationFault(`there is no \`${name}\``)
    if (typeof found.value !== 'string') throw new InterpolationFault(`\`${name}\` is a list`)
    return interpolate(name, found.value, found.scope, here)
  })
}

function lookUp(name: string, scope: Scope): { readonly value: ConfigValue; readonly scope: Scope } | undefined {
  for (let current: Scope | undefined = scope; current !== undefined; current = current.above) {
    const defaults = current.entries.get('DEFAULT')?.value
    const own = current.entries.get(name)?.value
    const value = own === undefined || isSection(own) ? isSection(defaults) && defaults.get(name)?.value : own
    if (value !== undefined && value !== false && !isSection(value)) return { value, scope: current }
  }
  return undefined
}

function cloneSection(section: ConfigSection): ConfigSection {
  return new Map(
    [...section].map(([key, entry]) => [
      key,
      { ...entry, value: isSection(entry.value) ? cloneSection(entry.value) : entry.value },
    ]),
  )
}
