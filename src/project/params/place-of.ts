import type { SourceRange } from '../../base/problem.ts'

/** Line and column of an offset into a text. */
export function placeOf(file: string, text: string, offset: number): SourceRange {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { file, line: before.split('\n').length, column: offset - lineStart + 1 }
}
