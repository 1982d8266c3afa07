import type { Problem, SourceRange } from '../../base/problem.ts'
import { pythonSplitLines, pythonStrip } from '../../base/python-text.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { ConfigEntry, ConfigSection } from './config-tree.ts'
import { interpolateConfig } from './interpolate-config.ts'
import { parseConfigValue, parseMultilineValue, unquote } from './parse-config-value.ts'
import { configProblems } from './problems.ts'

/** A section while it is being read. */
export interface OpenSection {
  readonly entries: Map<string, ConfigEntry>
  readonly parent: OpenSection | undefined
  readonly depth: number
}

/** Reads the text of a config file: ini-like, in the dialect of ConfigObj 5 that DVC uses. Names and values come as
 * written; all faults are reported together. */
export function parseConfigText(text: string, file: string): Result<ConfigSection> {
  const parser = new ConfigParser(pythonSplitLines(text), file)
  const root = parser.parse()
  const problems = parser.problems.length > 0 ? parser.problems : interpolateConfig(root)
  return problems.length > 0 ? failed(...problems) : ok(root.entries)
}

// Python's white space in expressions over strings.
const s = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const sectionLine = new RegExp(
  `^(${s}*)((?:\\[${s}*)+)("${s}*[^\\s].*?${s}*"|'${s}*[^\\s].*?${s}*'|[^'"\\s].*?)((?:${s}*\\])+)${s}*(?:#.*)?$`,
)
const keyLine = new RegExp(`^(${s}*)(".*?"|'.*?'|[^'"=].*?)${s}*=${s}*(.*)$`)

// Longer than any real setting; the expressions take quadratic time.
const longestLine = 20_000

class ConfigParser {
  readonly problems: Problem[] = []
  readonly #lines: readonly string[]
  readonly #file: string
  #index = 0
  #section: OpenSection = { entries: new Map(), parent: undefined, depth: 0 }

  constructor(lines: readonly string[], file: string) {
    this.#lines = lines
    this.#file = file
  }

  parse(): OpenSection {
    const root = this.#section
    for (; this.#index < this.#lines.length; this.#index++) {
      const line = this.#lines[this.#index]!
      const content = pythonStrip(line)
      if (content !== '' && !content.startsWith('#')) this.#readLine(line)
    }
    return root
  }

  #readLine(line: string): void {
    const [section, key] = line.length > longestLine ? [null, null] : [sectionLine.exec(line), keyLine.exec(line)]
    if (section !== null) this.#openSection(section)
    else if (key !== null) this.#readKey(key)
    else this.problems.push(configProblems.lineInvalid(this.#place(line), pythonStrip(line)))
  }

  #openSection([line, indent, open, quoted, close]: readonly string[]): void {
    const at = this.#place(line!, indent)
    const name = unquote(quoted!)
    const depth = count(open!, '[')
    if (depth !== count(close!, ']') || depth > this.#section.depth + 1) {
      this.problems.push(configProblems.sectionNesting(at, name))
      return
    }
    let parent = this.#section
    while (parent.depth >= depth) parent = parent.parent!
    if (parent.entries.has(name)) {
      this.problems.push(configProblems.duplicate(at, 'section', name))
      return
    }
    this.#section = { entries: new Map(), parent, depth }
    parent.entries.set(name, { value: this.#section.entries, at })
  }

  #readKey([line, indent, quoted, text]: readonly string[]): void {
    const at = this.#place(line!, indent)
    const key = unquote(quoted!)
    const value = this.#readValue(text!, key, at)
    if (value === undefined) return
    if (this.#section.entries.has(key)) this.problems.push(configProblems.duplicate(at, 'key', key))
    else this.#section.entries.set(key, { value, at })
  }

  #readValue(text: string, key: string, at: SourceRange): string | readonly string[] | undefined {
    if (!text.startsWith("'''") && !text.startsWith('"""')) {
      const value = parseConfigValue(text)
      if (value === undefined) this.problems.push(configProblems.valueInvalid(at, key))
      return value
    }
    const found = parseMultilineValue(text, this.#lines, this.#index)
    if (found === undefined) this.problems.push(configProblems.multilineInvalid(at, key))
    // Where quotes do not close, what follows cannot be told apart from the value.
    this.#index = found?.lastLine ?? this.#lines.length
    return found?.value
  }

  #place(line: string, indent?: string): SourceRange {
    const width = pythonStrip(line).length
    const column = (indent ?? line.slice(0, line.indexOf(pythonStrip(line)))).length + 1
    return { file: this.#file, line: this.#index + 1, column, width }
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
