import type { SourceRange } from '../../base/problem.ts'

/** A section of a config file, or of several merged: entries by name, each with its place. */
export type ConfigSection = ReadonlyMap<string, ConfigEntry>

export interface ConfigEntry {
  /** A text, a list of texts (the value had commas), or a section. */
  readonly value: ConfigValue
  readonly at: SourceRange
}

export type ConfigValue = string | readonly string[] | ConfigSection

export function isSection(value: ConfigValue | undefined): value is ConfigSection {
  return value instanceof Map
}

/** `over` laid over `under`, section by section and key by key. */
export function mergeSections(under: ConfigSection, over: ConfigSection): ConfigSection {
  const merged = new Map(under)
  for (const [name, entry] of over) {
    const value = merged.get(name)?.value
    const both = isSection(value) && isSection(entry.value)
    merged.set(name, both ? { ...entry, value: mergeSections(value, entry.value) } : entry)
  }
  return merged
}

/** All names in lower case, at every depth; of two that become equal the later one stays. */
export function lowerNames(section: ConfigSection): ConfigSection {
  const lowered = new Map<string, ConfigEntry>()
  for (const [name, { value, at }] of valuesFirst(section)) {
    lowered.set(name.toLowerCase(), { value: isSection(value) ? lowerNames(value) : value, at })
  }
  return lowered
}

/** Gathers sections such as `remote "n"` as entries `n` of a section `remote` (DVC: `config.py::_parse_named`). */
export function gatherNamed(section: ConfigSection): ConfigSection {
  const gathered = new Map<string, ConfigEntry>()
  for (const [name, entry] of section) {
    const [, kind, own] = /^\s*(remote|machine|db)\s*"(.*)"\s*$/.exec(name) ?? []
    if (kind === undefined || own === undefined) {
      gathered.set(name, entry)
      continue
    }
    const named = gathered.get(kind)?.value
    const siblings = isSection(named) ? [...named] : []
    gathered.set(kind, { value: new Map([...siblings, [own, entry]]), at: entry.at })
  }
  return gathered
}

// ConfigObj hands out a section's values before its sections.
function valuesFirst(section: ConfigSection): [string, ConfigEntry][] {
  const entries = [...section]
  return [
    ...entries.filter(([, entry]) => !isSection(entry.value)),
    ...entries.filter(([, entry]) => isSection(entry.value)),
  ]
}
