import type { Difference } from './differences.ts'
import type { ProjectFiles } from './project.ts'

/** A deliberate difference. It explains what differs in a project if that looks like it, and if nothing differs any more
 * once its cause is taken out of the files. Each stands in docs/reference/dvc-compatibility.md. */
interface Departure {
  readonly says: string
  readonly looksLike: (differences: readonly Difference[]) => boolean
  readonly takeOut: (text: string) => string
}

const departures: readonly Departure[] = [
  {
    says: 'a tab inside or beside a plain scalar is accepted, as by DVC with the C parser of its YAML library',
    looksLike: (differences) =>
      differences.every(
        ({ what, theirs }) =>
          what.startsWith('DVC refuses') && /YAML(?:FileCorrupted|Syntax)Error/.test(JSON.stringify(theirs)),
      ),
    takeOut: (text) => text.replaceAll(/(?<=[^\n\t])\t/g, ' '),
  },
  {
    says: 'bytes (`!!binary`) as an option of a command are refused, where DVC writes the number of each byte',
    // Where DVC refuses the project for another reason, only our lack of the stage shows.
    looksLike: (differences) =>
      differences.every(({ what, ours }) => what.startsWith('stage ') && ours === undefined) ||
      differences.some(
        ({ what, ours }) => what === 'DVC accepts the project' && JSON.stringify(ours).includes('TEMPLATE_TYPE'),
      ),
    takeOut: (text) => text.replaceAll('!!binary aGk=', 'hi'),
  },
]

/** What no departure explains. `compare` tells in what a changed project differs. */
export async function unexplained(
  differences: readonly Difference[],
  files: ProjectFiles,
  compare: (files: ProjectFiles) => Promise<readonly Difference[]>,
): Promise<readonly Difference[]> {
  if (differences.length === 0) return []
  for (const { looksLike, takeOut } of departures) {
    const changed = looksLike(differences) ? changeYaml(files, takeOut) : undefined
    if (changed !== undefined && (await compare(changed)).length === 0) return []
  }
  return differences
}

function changeYaml(files: ProjectFiles, change: (text: string) => string): ProjectFiles | undefined {
  const entries = Object.entries(files).map(([path, text]) => [
    path,
    /\.(?:yaml|lock|dvc)$/.test(path) ? change(text) : text,
  ])
  const changed = Object.fromEntries(entries) as ProjectFiles
  return Object.entries(files).some(([path, text]) => changed[path] !== text) ? changed : undefined
}
