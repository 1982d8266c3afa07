import type { Difference } from './differences.ts'
import type { ProjectFiles } from './project.ts'

/** A deliberate difference, as narrow as it can be told. Each stands in docs/reference/dvc-compatibility.md. */
interface Departure {
  readonly says: string
  readonly explains: (difference: Difference, files: ProjectFiles) => boolean
}

export const departures: readonly Departure[] = [
  {
    says: 'a tab inside or beside a plain scalar is accepted, as by DVC with the C parser of its YAML library',
    explains: ({ what, theirs }, files) =>
      what.startsWith('DVC refuses') &&
      /YAML(?:FileCorrupted|Syntax)Error/.test(JSON.stringify(theirs)) &&
      Object.entries(files).some(([path, text]) => /\.(?:yaml|lock|dvc)$/.test(path) && /[^\n\t]\t/.test(text)),
  },
  {
    says: 'bytes (`!!binary`) as an option of a command are refused, where DVC writes the number of each byte',
    explains: (_, files) => /!!binary/.test(files['params.yaml'] ?? '') && /\$\{models\}/.test(files['dvc.yaml'] ?? ''),
  },
]

/** What no departure explains. */
export function unexplained(differences: readonly Difference[], files: ProjectFiles): readonly Difference[] {
  return differences.filter((difference) => !departures.some(({ explains }) => explains(difference, files)))
}
