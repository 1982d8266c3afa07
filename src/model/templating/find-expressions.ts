import type { TextSpan } from './fault.ts'

/** `${…}` in a text, with its place, braces included. */
export interface Expression extends TextSpan {
  /** What stands between the braces. */
  readonly inner: string
}

/** Finds the expressions of a text (DVC: `parsing/interpolate.py`): each begins at a `${` without a backslash before it
 * and ends at the next `}` on the same line. */
export function findExpressions(text: string): readonly Expression[] {
  const found: Expression[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('${', from)
    const close = start === -1 ? -1 : text.indexOf('}', start + 2)
    if (close === -1) return found
    const inner = text.slice(start + 2, close)
    const lineEnd = inner.lastIndexOf('\n')
    if (text[start - 1] === '\\') from = start + 2
    else if (lineEnd !== -1) from = start + 2 + lineEnd
    else {
      found.push({ start, end: close + 1, length: text.length, inner })
      from = close + 1
    }
  }
}

/** True if the text is one expression and nothing else, so that its value keeps its type. */
export function isWholeExpression(text: string, expressions: readonly Expression[]): boolean {
  const [only] = expressions
  return expressions.length === 1 && only?.start === 0 && only.end === text.length
}
