import type { Problem, SourceRange } from '../base/problem.ts'
import type { Scalar } from '../base/value.ts'
import type { YamlDocument } from '../project/yaml/read-yaml.ts'
import { stageId } from './address.ts'
import type { Fault, Report } from './templating/fault.ts'

/** What is being resolved. */
export interface Subject {
  /** Where it is written in the dvc.yaml; paths of faults start there. */
  readonly path: readonly Scalar[]
  readonly stage?: { readonly name: string; readonly family: string | undefined }
}

export interface Reporters {
  readonly report: Report
  /** For problems that have a place already: those of another file. */
  readonly reportFile: (problems: readonly Problem[]) => void
}

/** Collects the faults of one dvc.yaml and turns them into problems. A fault that many stages of a family share becomes
 * one problem. */
export class FaultNotes {
  readonly #document: YamlDocument
  readonly #file: string
  readonly #notes = new Map<string, Note>()

  constructor(document: YamlDocument, file: string) {
    this.#document = document
    this.#file = file
  }

  /** Runs `body`; `undefined` if it reported anything. */
  gather<T>(subject: Subject, body: (reporters: Reporters) => T): T | undefined {
    let isSound = true
    const add = (problem: Problem): void => {
      isSound = false
      this.#add(problem, subject)
    }
    const value = body({
      report: (fault) => add(fault.problem(this.#placeOf(subject, fault))),
      reportFile: (problems) => problems.forEach(add),
    })
    return isSound ? value : undefined
  }

  /** Notes what does not keep anything from being resolved. */
  warn(path: readonly Scalar[], problem: (at: SourceRange) => Problem): void {
    this.#add(problem(this.#document.at(path)), { path })
  }

  problems(): readonly Problem[] {
    return [...this.#notes.values()].map((note) => toProblem(note, this.#file))
  }

  #placeOf(subject: Subject, { path, part, span }: Fault): SourceRange {
    const shown = part ?? (path.length === 0 ? 'key' : 'value')
    return narrow(this.#document.at([...subject.path, ...path], shown), span)
  }

  #add(problem: Problem, { stage }: Subject): void {
    const key = JSON.stringify([problem.code, problem.message, problem.at, stage === undefined, stage?.family])
    const note = this.#notes.get(key) ?? { problem, stages: [], family: stage?.family }
    if (stage !== undefined) note.stages.push(stage.name)
    this.#notes.set(key, note)
  }
}

interface Note {
  readonly problem: Problem
  readonly stages: string[]
  readonly family: string | undefined
}

function toProblem({ problem, stages, family }: Note, file: string): Problem {
  const [first] = stages
  if (first === undefined) return problem
  const names = [...new Set(stages)]
  if (names.length === 1 || family === undefined) return { ...problem, stage: stageId(file, first) }
  const shown = names.slice(0, 3).map((name) => `\`${name}\``)
  const more = names.length > shown.length ? ' …' : ''
  const message = `${problem.message} (in ${names.length} stages: ${shown.join(', ')}${more})`
  return { ...problem, message, stage: stageId(file, family) }
}

// A scalar on one line is as wide as its text, or has two quotes besides; otherwise columns say nothing of offsets.
function narrow(at: SourceRange, span: Fault['span']): SourceRange {
  if (span === undefined || at.width === undefined) return at
  const quotes = (at.width - span.length) / 2
  if (quotes !== 0 && quotes !== 1) return at
  return { ...at, column: at.column + quotes + span.start, width: span.end - span.start }
}
