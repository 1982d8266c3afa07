import { pythonStrip } from './python-text.ts'

/** Python's `int(text)`: a sign, digits with single underscores between them, blanks around. `undefined`: no integer. */
export function parsePythonInt(text: string): bigint | undefined {
  const match = /^([+-]?)(\d+(?:_\d+)*)$/.exec(pythonStrip(text))
  if (match === null) return undefined
  const value = BigInt(match[2]!.replaceAll('_', ''))
  return match[1] === '-' ? -value : value
}
