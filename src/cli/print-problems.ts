import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Problem, SourceRange } from '../base/problem.ts'
import { showControls } from '../base/terminal-text.ts'
import type { Output } from './cli-io.ts'
import type { Colors } from '../base/colors.ts'

/** Writes problems for people, each with its place, an excerpt of the file and the next step:
 *
 *     train/dvc.yaml:7:3  STAGE_CYCLE  Stages depend on each other in a circle: …
 *           deps: [data/clean.csv]
 *                  ~~~~~~~~~~~~~~
 *           hint: …
 */
export function printProblems(problems: readonly Problem[], output: Output, root: string | undefined): void {
  const lineAt = fileLines(root)
  for (const problem of problems.slice(0, mostShown)) output.write(formatProblem(problem, output.colors, lineAt))
  const more = problems.length - mostShown
  if (more > 0) output.write(`… and ${more} more problems; \`--json\` lists all of them\n`)
}

// More than fits a screen helps nobody.
const mostShown = 50

/** The text of a line of a file, without its line end; `undefined` if there is none. */
export type LineLookup = (at: SourceRange) => string | undefined

/** One problem as lines of text, with a line end at the end. */
export function formatProblem(problem: Problem, colors: Colors, lineAt: LineLookup): string {
  const { at, code, message, hint, severity } = problem
  const paint = severity === 'error' ? colors.red : colors.yellow
  const place = at === undefined ? '' : `${colors.bold(`${showControls(at.file)}:${at.line}:${at.column}`)}  `
  const line = at === undefined ? undefined : lineAt(at)
  return [
    `${place}${paint(severity === 'error' ? code : `${code} (warning)`)}  ${showControls(message)}`,
    ...(at === undefined || line === undefined ? [] : excerpt(line, at).map((text) => `      ${colors.dim(text)}`)),
    ...(hint === undefined ? [] : [`      ${colors.cyan('hint:')} ${showControls(hint)}`]),
    '',
  ].join('\n')
}

/** Columns of an excerpt. */
const widest = 100

// The line without its indentation, and what is meant underlined. Of a long line the part around it is shown.
function excerpt(line: string, { column, width }: SourceRange): readonly string[] {
  if (line.trim() === '') return []
  const indent = line.length - line.trimStart().length
  const start = Math.max(indent, Math.min(column - 1, line.length))
  const from = start - indent > widest - 20 ? start - 20 : indent
  const text = line.slice(from, from + widest)
  const length = Math.max(1, Math.min(width ?? 1, line.trimEnd().length - start, from + widest - start))
  const lead = from > indent ? '…' : ''
  const tail = from + widest < line.trimEnd().length ? '…' : ''
  return [
    `${lead}${onePerColumn(text).trimEnd()}${tail}`,
    `${' '.repeat(lead.length + start - from)}${'~'.repeat(length)}`,
  ]
}

// Each UTF-16 unit keeps its column, so that the underline stands right.
function onePerColumn(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '·')
}

function fileLines(root: string | undefined): LineLookup {
  const files = new Map<string, readonly string[]>()
  return ({ file, line }) => {
    if (root === undefined) return undefined
    const lines = files.get(file) ?? readLines(resolve(root, file))
    files.set(file, lines)
    return lines[line - 1]
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r\n|\n|\r/)
  } catch {
    return [] // the problem may be that it cannot be read
  }
}
