import { pythonStrip } from '../../base/python-text.ts'

/** The names of an expression, outermost first, or where it stops being one. */
export type ParsedExpression =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly offset: number }

/** Parses what stands between `${` and `}`: a name, then any number of `.name` and `[name]` (DVC:
 * `parsing/interpolate.py::get_parser`). A name is anything but dots and brackets; blanks around it do not count. */
export function parseExpression(inner: string): ParsedExpression {
  const names: string[] = []
  let offset = 0
  for (let rule = first; offset < inner.length || names.length === 0; rule = further) {
    rule.lastIndex = offset
    const match = rule.exec(inner)
    if (match === null) return isBlank(inner.slice(offset)) && names.length > 0 ? ok(names) : { ok: false, offset }
    names.push(pythonStrip(match[1] ?? match[2] ?? ''))
    offset = rule.lastIndex
  }
  return ok(names)
}

const first = /([^.[\]]+)/y
const further = /[ \t\n\r]*(?:\.([^.[\]]+)|\[([^.[\]]+)\])/y

function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}

function ok(names: readonly string[]): ParsedExpression {
  return { ok: true, names }
}
