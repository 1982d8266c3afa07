import { dirname, join } from 'node:path'
import { existsAsLink, isDirectory as isDirectoryOnDisk } from '../../base/file-kind.ts'
import { isInside, isInsideOrEqual, relativeTo } from '../../base/paths.ts'
import type { Problem } from '../../base/problem.ts'
import { readPatterns, type NamedRule } from './read-patterns.ts'
import { rebasePattern } from './rebase-pattern.ts'
import { RuleList } from './rule-list.ts'
import { translatePattern, tryTranslatePattern } from './translate-pattern.ts'

/** Which paths of a project DVC does not see: `.dvcignore` files, built-in rules, subprojects. Paths are absolute and
 * normalized; the root and what lies outside it are never ignored. Files are read when first needed and remembered. */
export interface IgnoreRules {
  isIgnored(path: string, isDirectory: boolean): boolean
  /** The same question about one entry after the other of a folder, which is looked at once. */
  inFolder(folder: string): (name: string, isDirectory: boolean) => boolean
  /** The rule that ignores `path` as it now stands on disk, as DVC shows it: `sub/.dvcignore:3:*.tmp`.
   * `undefined`: it is not ignored. */
  explain(path: string): string | undefined
  /** Problems met in the files read so far. */
  readonly problems: readonly Problem[]
  /** The paths that were looked at so far: where a `.dvcignore` or a `.dvc` stands or could, and what was explained. */
  asked(): readonly string[]
}

/** Opens the ignore rules of the project at `root`, an absolute path. */
export function openIgnoreRules(root: string): IgnoreRules {
  return new ProjectIgnoreRules(root)
}

// DVC: `ignore.py::DvcIgnoreFilter`. Patterns of the project can take these back in.
const builtIn: readonly NamedRule[] = ['.hg/', '.git/', '.git', '.dvc/'].flatMap((pattern) => {
  const rule = translatePattern(pattern)
  return rule === undefined ? [] : [{ ...rule, origin: `:${pattern}` }]
})

class ProjectIgnoreRules implements IgnoreRules {
  readonly problems: Problem[] = []
  readonly #root: string
  readonly #lists = new Map<string, RuleList>()
  readonly #subprojects = new Map<string, boolean>()
  readonly #explained = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  isIgnored(path: string, isDirectory: boolean): boolean {
    return this.#origin(path, isDirectory) !== undefined
  }

  inFolder(folder: string): (name: string, isDirectory: boolean) => boolean {
    if (!isInsideOrEqual(folder, this.#root)) return () => false
    const list = this.#listOf(folder)
    const prefix = folder === this.#root ? '' : `${relativeTo(this.#root, folder)}/`
    if (this.#judgeAbove(list, prefix) !== undefined) return () => true
    return (name, isDirectory) => this.#judgeAlone(list, prefix + name, isDirectory) !== undefined
  }

  explain(path: string): string | undefined {
    this.#explained.add(path)
    return this.#origin(path, isDirectoryOnDisk(path))
  }

  asked(): readonly string[] {
    const files = [...this.#lists.keys()].map((folder) => join(folder, '.dvcignore'))
    const subprojects = [...this.#subprojects.keys()].map((rel) => join(this.#root, rel, '.dvc'))
    return [...files, ...subprojects, ...this.#explained]
  }

  // Where the rule that ignores `path` comes from. All leading parts are judged by the rules that apply in the path's
  // own folder, so a deep `.dvcignore` can take a say in the folders above it, as in DVC.
  #origin(path: string, isDirectory: boolean): string | undefined {
    if (!isInside(path, this.#root)) return undefined
    return this.#judge(this.#listOf(dirname(path)), relativeTo(this.#root, path), isDirectory)
  }

  #judge(list: RuleList, rel: string, isDirectory: boolean): string | undefined {
    return this.#judgeAbove(list, rel) ?? this.#judgeAlone(list, rel, isDirectory)
  }

  // Folders from the top down; a loop, because a written path may have thousands of parts.
  #judgeAbove(list: RuleList, rel: string): string | undefined {
    for (let slash = rel.indexOf('/'); slash !== -1; slash = rel.indexOf('/', slash + 1)) {
      const folder = rel.slice(0, slash)
      const inherited = list.remember(folder, () => this.#judgeAlone(list, folder, true))
      if (inherited !== undefined) return inherited
    }
    return undefined
  }

  // Nothing above it is ignored.
  #judgeAlone(list: RuleList, rel: string, isDirectory: boolean): string | undefined {
    if (isDirectory && this.#isSubproject(rel)) return `in sub_repo:${rel.slice(rel.lastIndexOf('/') + 1)}`
    return list.findIgnoring(rel, isDirectory)
  }

  // A folder with an entry named `.dvc`, even a file, is a project of its own. DVC turns it into a rule of the folder
  // above, which comes last there and which nothing below can take back; so it is asked apart from the patterns. The rule
  // holds the name as it is, so a folder such as `a[1]` escapes it.
  #isSubproject(rel: string): boolean {
    const known = this.#subprojects.get(rel)
    if (known !== undefined) return known
    const found = existsAsLink(join(this.#root, rel, '.dvc')) && matchesItself(rel)
    this.#subprojects.set(rel, found)
    return found
  }

  // Folders without a `.dvcignore` share the list of the folder above, and with it what it remembers.
  #listOf(folder: string): RuleList {
    const unknown: string[] = []
    let list: RuleList | undefined
    for (let at = folder; (list = this.#lists.get(at)) === undefined; at = dirname(at)) {
      unknown.push(at)
      if (at === this.#root) break
    }
    list ??= new RuleList(builtIn)
    for (const below of unknown.toReversed()) {
      list = this.#withOwnRules(below, list)
      this.#lists.set(below, list)
    }
    return list
  }

  #withOwnRules(folder: string, above: RuleList): RuleList {
    const path = join(folder, '.dvcignore')
    const file = relativeTo(this.#root, path)
    if (!existsAsLink(path) || this.#judge(above, file, false) !== undefined) return above
    const { rules, problems } = readPatterns(path, file)
    this.problems.push(...problems)
    return rules.length === 0 ? above : new RuleList([...above.rules, ...rules])
  }
}

function matchesItself(rel: string): boolean {
  const slash = rel.lastIndexOf('/')
  const own = `/${rel.slice(slash + 1)}/`
  const rule = tryTranslatePattern(slash === -1 ? own : rebasePattern(own, rel.slice(0, slash)))
  return rule !== undefined && rule.ignores && rule.regex.test(`${rel}/`)
}
