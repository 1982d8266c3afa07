import { pythonRightStrip } from '../../base/python-text.ts'

/** One ignore pattern, ready to be tried on a path relative to the root. */
export interface IgnoreRule {
  readonly regex: RegExp
  /** Stands in every path that matches; looking for it takes a fraction of the time of the expression. */
  readonly literal: string
  /** False: the pattern starts with `!` and takes paths back in. */
  readonly ignores: boolean
  /** The pattern ends in a slash: it is tried on directories only. */
  readonly directoriesOnly: boolean
}

/** Translates a gitignore-like pattern as pathspec 1.1 does for DVC. `undefined`: the pattern means nothing (blank,
 * comment, `/`, an unclosed bracket). Throws `PatternError` where pathspec fails, which ends DVC. */
export function translatePattern(pattern: string): IgnoreRule | undefined {
  const text = pattern.endsWith('\\ ') ? pattern : pythonRightStrip(pattern)
  if (text === '' || text.startsWith('#') || text === '/') return undefined
  const ignores = !text.startsWith('!')
  const body = ignores ? text : text.slice(1)
  const source = translateBody(body)
  if (source === undefined) return undefined
  const regex = new RegExp(source, 'u')
  return { regex, literal: literalOf(body), ignores, directoriesOnly: pattern.endsWith('/') }
}

/** The same, and `undefined` where pathspec fails too. */
export function tryTranslatePattern(pattern: string): IgnoreRule | undefined {
  try {
    return translatePattern(pattern)
  } catch (error) {
    if (error instanceof PatternError) return undefined
    throw error
  }
}

/** Why a pattern cannot be read at all. */
export class PatternError extends Error {}

// DVC matches from the start of the path, where pathspec since 1.0 expects a search: patterns such as `*/`, whose
// expression is a lone slash, match nothing. `(?!)` says so.
const nothing = '(?!)'
const everything = '^[^\\n]'

function translateBody(body: string): string | undefined {
  const segments = normalizeSegments(body)
  const [first, second, third] = segments
  if (first === '**') {
    if (segments.length === 1) return body.endsWith('/') ? nothing : everything
    if (second === '*' && segments.length === 2) return everything
    if (second === '*' && third === '**' && segments.length === 3) return nothing
  }
  return translateSegments(segments)
}

function normalizeSegments(body: string): string[] {
  const segments = body.split('/')
  const isSingle = segments.length === 1 || (segments.length === 2 && segments[1] === '')
  if (segments[0] === '') segments.shift()
  else if (isSingle && segments[0] !== '**') segments.unshift('**')
  if (segments.length === 0) throw new PatternError('it is empty')
  if (segments.at(-1) === '') segments[segments.length - 1] = '**'
  return segments.filter((segment, i) => i === 0 || segment !== '**' || segments[i - 1] !== '**')
}

function translateSegments(segments: readonly string[]): string | undefined {
  const last = segments.length - 1
  let source = '^'
  let needsSlash = false
  for (const [i, segment] of segments.entries()) {
    if (segment === '**') {
      source += i === 0 ? '(?:[^\\n]+/)?' : i < last ? '(?:/[^\\n]+)?' : '/'
      needsSlash = i > 0
      continue
    }
    const glob = segment === '*' ? '[^/]+' : translateGlob(segment)
    if (glob === undefined) return undefined
    // What the pattern names is followed by the end or by what lies below it; Python's `$` also allows one line feed.
    source += (needsSlash ? '/' : '') + glob + (i === last ? '(?:/|\\n?$)' : '')
    needsSlash = true
  }
  return source
}

// `undefined`: an unclosed bracket, for which pathspec, like git, drops the pattern.
function translateGlob(segment: string): string | undefined {
  const characters = [...segment]
  let source = ''
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!
    if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character === '\\') {
      if (++i === characters.length) throw new PatternError('a backslash at its end escapes nothing')
      source += literal(characters[i]!)
    } else if (character === '[') {
      const end = bracketEnd(characters, i)
      if (end === undefined) return undefined
      source += translateBracket(characters.slice(i + 1, end))
      i = end
    } else source += literal(character)
  }
  return source
}

// The longest text that a pattern holds as it is.
function literalOf(body: string): string {
  const texts = body.split('/').flatMap((segment) => segment.replace(/[[\\].*/s, '').split(/[*?]/))
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')
}

// Index of the closing bracket; one that stands first, or first after the negation, belongs to the set.
function bracketEnd(characters: readonly string[], open: number): number | undefined {
  let i = open + 1
  if (characters[i] === '!' || characters[i] === '^') i++
  if (characters[i] === ']') i++
  const end = characters.indexOf(']', i)
  return end === -1 ? undefined : end
}

function translateBracket(content: readonly string[]): string {
  const negated = content[0] === '!' || content[0] === '^'
  let source = negated ? '[^' : '['
  for (let i = negated ? 1 : 0; i < content.length; i++) {
    const low = content[i]!
    const high = content[i + 1] === '-' ? content[i + 2] : undefined
    if (high === undefined) {
      source += literal(low)
      continue
    }
    if (low.codePointAt(0)! > high.codePointAt(0)!) throw new PatternError(`the range \`${low}-${high}\` is reversed`)
    source += `${literal(low)}-${literal(high)}`
    i += 2
  }
  return `${source}]`
}

function literal(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}
