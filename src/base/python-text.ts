// Python's idea of white space and of line ends differs from JavaScript's: FS to US and NEL count, BOM does not.
const white = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leading = new RegExp(`^[${white}]+`)
const trailing = new RegExp(`[${white}]$`)
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

/** Python's `str.strip()`. */
export function pythonStrip(text: string): string {
  return pythonRightStrip(text.replace(leading, ''))
}

/** Python's `str.rstrip()`; linear, where a regular expression for a run at the end would be quadratic. */
export function pythonRightStrip(text: string): string {
  let end = text.length
  while (end > 0 && trailing.test(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** Python's `str.splitlines()`: no empty line after a line end that closes the text. */
export function pythonSplitLines(text: string): string[] {
  const lines = text.split(lineEnd)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The lines that Python's text files yield: ends are LF, CRLF and CR only, and not part of the line. */
export function textFileLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
