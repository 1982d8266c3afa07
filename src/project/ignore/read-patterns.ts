import { readFileSync } from 'node:fs'
import { pythonStrip, textFileLines } from '../../base/python-text.ts'
import type { Problem } from '../../base/problem.ts'
import { ignoreProblems } from './problems.ts'
import { rebasePattern } from './rebase-pattern.ts'
import { PatternError, translatePattern, type IgnoreRule } from './translate-pattern.ts'

/** An ignore rule that remembers where it comes from. */
export interface NamedRule extends IgnoreRule {
  /** As DVC shows it: `sub/.dvcignore:3:*.tmp`. */
  readonly origin: string
}

/** Reads the rules of one `.dvcignore`, re-based to the root. A file that cannot be read gives one problem and no
 * rules, a bad line costs that line alone. */
export function readPatterns(path: string, file: string): { rules: NamedRule[]; problems: Problem[] } {
  const text = readText(path)
  if (text instanceof Error) return { rules: [], problems: [ignoreProblems.fileUnreadable(file, text.message)] }
  const rules: NamedRule[] = []
  const problems: Problem[] = []
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : undefined
  for (const [i, raw] of textFileLines(text).entries()) {
    const line = pythonStrip(raw)
    if (line === '' || line.startsWith('#')) continue
    const rule = toRule(line, folder, (reason) =>
      problems.push(ignoreProblems.patternInvalid(file, i + 1, line, reason)),
    )
    if (rule !== undefined) rules.push({ ...rule, origin: `${file}:${i + 1}:${line}` })
  }
  return { rules, problems }
}

// A byte order mark stays and becomes part of the first pattern, as in DVC.
function readText(path: string): string | Error {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

// A pattern must make sense in its own folder before it is re-based: one that means nothing there is dropped, and one that
// cannot be read fails, whatever it would be at the root.
function toRule(line: string, folder: string | undefined, onInvalid: (reason: string) => void): IgnoreRule | undefined {
  try {
    const own = translatePattern(line)
    return own === undefined || folder === undefined ? own : translatePattern(rebasePattern(line, folder))
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    onInvalid(error.message)
    return undefined
  }
}
