/** Valid TOML with `mark` put before each segment of each key, so that `10 = 1` reads `"<mark>10" = 1`. Values, comments
 * and layout stay. */
export function markTomlKeys(text: string, mark: string): string {
  let marked = ''
  // What encloses the place: an inline table expects keys, an array values; outside both a line starts with a key.
  const enclosing: string[] = []
  let expectsKey = true
  for (const [token] of text.matchAll(tokens)) {
    const isSegment = expectsKey && /^["'\w-]/.test(token)
    marked += isSegment ? markSegment(token, mark) : token
    if (token === '=') expectsKey = false
    else if (token === '\n' && enclosing.length === 0) expectsKey = true
    else if (token === ',') expectsKey = enclosing.at(-1) === '{'
    else if (token === '{' || (token === '[' && !expectsKey)) {
      enclosing.push(token)
      expectsKey = token === '{'
    } else if ((token === '}' || token === ']') && !(expectsKey && enclosing.length === 0)) {
      enclosing.pop()
      expectsKey = false
    }
  }
  return marked
}

// Strings (quotes of the long ones may stand right before their end), comments, bare words, anything else by itself.
const tokens = /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[\w+:-]+|[^]/g

function markSegment(segment: string, mark: string): string {
  const quote = segment[0]
  if (quote === '"' || quote === "'") return `${quote}${mark}${segment.slice(1)}`
  return `"${mark}${segment}"`
}
