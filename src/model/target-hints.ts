import { nearestName } from '../base/nearest-name.ts'
import { joinPath, relativeTo } from '../base/paths.ts'
import { addressFrom } from './address.ts'
import type { Project } from './project.ts'
import type { Stage } from './stage.ts'

/** What to try instead of a target that was not found. Addresses are as seen from `cwd`. */
export class TargetHints {
  readonly #project: Project
  readonly #cwd: string

  constructor(project: Project, cwd: string) {
    this.#project = project
    this.#cwd = cwd
  }

  /** Instead of the stage name `name` of the file with that id. */
  forName(name: string, file: string): string {
    const maker = this.#makerOf(name)
    if (maker !== undefined) return `It is an output: name the stage that makes it, \`${this.#address(maker)}\``
    const elsewhere = this.#project.stages.find(
      (stage) => stage.file !== file && (stage.name === name || stage.family === name),
    )
    if (elsewhere !== undefined) return `Did you mean \`${this.#fileOf(elsewhere)}:${name}\`?`
    const nearest = nearestName(name, this.#namesIn(file)) ?? nearestName(name, this.#addresses())
    return nearest === undefined ? '`restage stages` lists the stages that there are' : `Did you mean \`${nearest}\`?`
  }

  /** Where there are pipelines, if not here. */
  forPipelines(): string {
    const files = new Set(
      this.#project.stages.filter((stage) => stage.kind === 'pipeline').map((stage) => this.#fileOf(stage)),
    )
    const [first] = files
    if (first === undefined) return 'Write one, or go to the folder of your pipeline'
    return `Name a stage or file, such as \`${first}\`, or take all with \`--all-pipelines\``
  }

  nearestFile(id: string): string | undefined {
    const nearest = nearestName(id, new Set(this.#project.stages.map((stage) => stage.file)))
    return nearest === undefined ? undefined : relativeTo(this.#cwd, joinPath(this.#project.root, nearest))
  }

  #makerOf(path: string): Stage | undefined {
    const target = joinPath(this.#cwd, path)
    return this.#project.stages.find((stage) => stage.outs.some((out) => out.target === target))
  }

  #namesIn(file: string): ReadonlySet<string> {
    const stages = this.#project.stages.filter((stage) => stage.file === file)
    return new Set(stages.flatMap((stage) => (stage.family === undefined ? [stage.name] : [stage.name, stage.family])))
  }

  #addresses(): readonly string[] {
    return this.#project.stages.map((stage) => this.#address(stage))
  }

  #address(stage: Stage): string {
    return addressFrom(stage, this.#project.root, this.#cwd)
  }

  #fileOf(stage: Stage): string {
    return relativeTo(this.#cwd, joinPath(this.#project.root, stage.file))
  }
}
