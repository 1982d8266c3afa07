/** Python's `fnmatch.fnmatchcase`: shell-style match of a whole text, case-sensitive, where `/` and a leading dot are
 * characters like any other. Returns the test for one pattern; it never takes more than pattern times text steps. */
export function compileFnmatch(pattern: string): (text: string) => boolean {
  const tokens = tokenize([...pattern])
  return (text) => matches(tokens, [...text])
}

type Token = '*' | ((character: string) => boolean)

function tokenize(pattern: readonly string[]): readonly Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!
    const end = character === '[' ? setEnd(pattern, i) : -1
    if (end !== -1) {
      tokens.push(toSet(pattern.slice(i + 1, end)))
      i = end
    } else if (character === '*') tokens.push('*')
    else tokens.push(character === '?' ? () => true : (other) => other === character)
  }
  return tokens
}

// Index of the closing bracket, -1 if there is none: then the opening one means itself.
function setEnd(pattern: readonly string[], open: number): number {
  const first = pattern[open + 1] === '!' ? open + 2 : open + 1
  return pattern.indexOf(']', pattern[first] === ']' ? first + 1 : first)
}

function toSet(content: readonly string[]): Token {
  const isNegated = content[0] === '!'
  const members = isNegated ? content.slice(1) : content
  const ranges: [number, number][] = []
  for (let i = 0; i < members.length; i++) {
    const low = codePoint(members[i]!)
    const isRange = members[i + 1] === '-' && i + 2 < members.length
    ranges.push([low, isRange ? codePoint(members[i + 2]!) : low])
    if (isRange) i += 2
  }
  return (character) => isNegated !== ranges.some(([low, high]) => isBetween(codePoint(character), low, high))
}

function codePoint(character: string): number {
  return character.codePointAt(0)!
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}

// On a mismatch only the last star takes one character more: what earlier stars took need not be revised.
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let [token, at, star, starAt] = [0, 0, -1, 0]
  while (at < text.length) {
    const current = tokens[token]
    if (current === '*') {
      star = token++
      starAt = at
    } else if (current?.(text[at]!)) {
      token++
      at++
    } else if (star !== -1) {
      token = star + 1
      at = ++starAt
    } else return false
  }
  return tokens.slice(token).every((rest) => rest === '*')
}
