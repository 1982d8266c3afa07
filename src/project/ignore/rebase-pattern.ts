import { pythonStrip } from '../../base/python-text.ts'

/** A pattern of a `.dvcignore` in the folder `rel` (relative to the root, never `.`), as it reads at the root.
 *
 * DVC joins all patterns that apply to a folder into one list at the root (DVC: `pathspec_math.py::change_rule`). It
 * pastes `rel` in unescaped, so a folder named `a[1]` or `#x` gets rules that mean something else; so do ours. */
export function rebasePattern(pattern: string, rel: string): string {
  const stripped = pythonStrip(pattern)
  const negated = stripped.startsWith('!')
  const body = negated ? stripped.slice(1) : stripped
  const rebased = `/${rel}${isAnchored(body) ? anchored(body) : floating(body)}`
  return negated ? `!${rebased}` : withoutLeadingSlash(rebased)
}

// A slash anywhere but at the end binds a pattern to the folder of its file.
function isAnchored(body: string): boolean {
  return body.slice(0, -1).includes('/') && !body.startsWith('**/')
}

function anchored(body: string): string {
  return `/${withoutBackslash(withoutLeadingSlash(body))}`
}

function floating(body: string): string {
  return `/**/${withoutBackslash(body.startsWith('**/') ? body.slice(3) : body)}`
}

function withoutLeadingSlash(text: string): string {
  return text.startsWith('/') ? text.slice(1) : text
}

function withoutBackslash(text: string): string {
  return text.startsWith('\\') ? text.slice(1) : text
}
