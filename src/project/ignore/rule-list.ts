import type { NamedRule } from './read-patterns.ts'

/** The rules that apply in a folder, in order; the last that matches decides. */
export class RuleList {
  readonly rules: readonly NamedRule[]
  readonly #folders = new Map<string, string | undefined>()

  constructor(rules: readonly NamedRule[]) {
    this.rules = rules
  }

  /** Origin of the rule that ignores the path `rel` (relative to the root), seen by itself. */
  findIgnoring(rel: string, isDirectory: boolean): string | undefined {
    const last = this.rules.findLastIndex((rule) => matches(rule, rel, isDirectory))
    if (last === -1 || !this.rules[last]!.ignores) return undefined
    return this.#firstAlike(last, rel, isDirectory).origin
  }

  /** What was found for a folder under these rules, or else what `find` says now. */
  remember(folder: string, find: () => string | undefined): string | undefined {
    if (this.#folders.has(folder)) return this.#folders.get(folder)
    const found = find()
    this.#folders.set(folder, found)
    return found
  }

  // DVC tries neighbouring rules of one kind as one expression, so among them it names the first that matches.
  #firstAlike(last: number, rel: string, isDirectory: boolean): NamedRule {
    const { directoriesOnly } = this.rules[last]!
    let first = last
    for (let i = last - 1; i >= 0; i--) {
      const rule = this.rules[i]!
      if (!rule.ignores || rule.directoriesOnly !== directoriesOnly) break
      if (matches(rule, rel, isDirectory)) first = i
    }
    return this.rules[first]!
  }
}

function matches(rule: NamedRule, rel: string, isDirectory: boolean): boolean {
  if ((rule.directoriesOnly && !isDirectory) || !rel.includes(rule.literal)) return false
  return rule.regex.test(rel) || (isDirectory && rule.regex.test(`${rel}/`))
}
