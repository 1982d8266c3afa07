import { isDeepStrictEqual } from 'node:util'
import type { DvcError, DvcFile, DvcView } from '../dvc-server.ts'
import type { Snapshot } from '../snapshot.ts'
import type { OurView } from './our-view.ts'

/** One thing that we make otherwise of a project than DVC. */
export interface Difference {
  readonly what: string
  readonly ours: unknown
  readonly theirs: unknown
}

const graphCodes: Readonly<Record<string, string>> = {
  OutputDuplicationError: 'OUT_DUPLICATE',
  OverlappingOutputPathsError: 'OUT_OVERLAP',
  StagePathAsOutputError: 'STAGE_FILE_IN_OUT',
  CyclicGraphError: 'STAGE_CYCLE',
}

/** Everything in which the two views differ. Where DVC refuses a file or a project as a whole, we may resolve what is
 * sound in it, but must refuse something too; and what we resolve must be what DVC makes of it where it can be asked. */
export function differencesBetween(
  ours: OurView,
  answered: DvcError | { readonly answer: DvcView },
): readonly Difference[] {
  const errors = [...ours.loadErrors, ...ours.graphErrors]
  if ('error' in answered)
    return errors.length > 0 ? [] : [{ what: 'DVC does not open the project', ours: errors, theirs: answered }]
  const { graph, files, ...state } = answered.answer
  // A file that DVC does not come to, such as one inside an out, is none of the project.
  const collected = Object.entries(files).filter(
    ([file]) => graph.error !== undefined || graph.stages?.some((stage) => stage.startsWith(`${file}:`)) === true,
  )
  const inFiles = collected.flatMap(([file, theirs]) => differencesInFile(file, ours, theirs))
  if (graph.error !== undefined) return [...inFiles, ...refusal(graph.error, graph, ours)]
  return [
    ...inFiles,
    ...(errors.length > 0 ? [{ what: 'DVC accepts the project', ours: errors, theirs: graph }] : []),
    ...unlike('list of stages', Object.keys(ours.stages).toSorted(), graph.stages?.toSorted()),
    ...unlike('edges', ours.edges, graph.edges),
    ...differencesOfStatus(ours, state),
  ]
}

function refusal(error: string, theirs: unknown, ours: OurView): readonly Difference[] {
  const code = graphCodes[error]
  const found = code === undefined ? [...ours.loadErrors, ...ours.graphErrors] : ours.graphErrors
  // DVC stops at the first thing that is wrong between stages, we name all; what is broken is not in our graph.
  const isTold = code === undefined ? found.length > 0 : found.includes(code) || ours.loadErrors.length > 0
  return isTold ? [] : [{ what: `DVC refuses the project (${error})`, ours: found, theirs }]
}

function differencesInFile(file: string, ours: OurView, theirs: DvcFile): readonly Difference[] {
  const mine = Object.entries(ours.stages).filter(([address]) => address.startsWith(`${file}:`))
  if ('error' in theirs) {
    // An ignored file is none, so it is nothing to be refused.
    return mine.length === 0 || ours.loadErrors.length > 0
      ? []
      : [{ what: `DVC refuses ${file}`, ours: ours.loadErrors, theirs }]
  }
  return Object.entries(theirs.stages).flatMap(([name, stage]) => {
    const found = ours.stages[`${file}:${name}`]
    if ('error' in stage) {
      const isRefused = found === undefined && ours.loadErrors.length > 0
      return isRefused ? [] : [{ what: `DVC refuses the stage ${file}:${name}`, ours: found, theirs: stage }]
    }
    return found === undefined && ours.loadErrors.includes('STAGE_NAME_INVALID')
      ? []
      : unlike(`stage ${file}:${name}`, found, stage)
  })
}

function differencesOfStatus(ours: OurView, theirs: Partial<DvcView>): readonly Difference[] {
  if (theirs.status !== undefined) {
    return ours.statusErrors.length > 0
      ? [{ what: 'DVC tells a status', ours: ours.statusErrors, theirs: theirs.status }]
      : unlike('status', ours.status, theirs.status)
  }
  return ours.statusErrors.length > 0 ? [] : [{ what: 'DVC tells no status', ours: ours.status, theirs }]
}

/** Everything in which two projects differ after a run. */
export function differencesOfSnapshots(ours: Snapshot, theirs: Snapshot): readonly Difference[] {
  return (Object.keys(theirs) as (keyof Snapshot)[]).flatMap((part) => {
    const paths = new Set([...Object.keys(ours[part]), ...Object.keys(theirs[part])])
    const exchanged = part === 'files' ? exchangedLinks(ours.files, theirs.files) : new Set()
    const told = [...paths].filter((path) => !isStrayListing(part, path, ours[part][path]) && !exchanged.has(path))
    return told.flatMap((path) => unlike(`${part}: ${path}`, ours[part][path], theirs[part][path]))
  })
}

// Of several files with one content, DVC makes those links that are stored first; the compatibility page has it.
function exchangedLinks(ours: Snapshot['files'], theirs: Snapshot['files']): ReadonlySet<string> {
  const alike = Object.keys(theirs).filter((path) => contentOf(ours[path]) === contentOf(theirs[path]))
  const kinds = (files: Snapshot['files'], content: string): readonly string[] =>
    alike
      .filter((path) => contentOf(theirs[path]) === content)
      .map((path) => files[path]!)
      .toSorted()
  return new Set(
    alike.filter((path) => {
      const content = contentOf(theirs[path])
      return content !== undefined && isDeepStrictEqual(kinds(ours, content), kinds(theirs, content))
    }),
  )
}

/** The digest of a file in a snapshot: `mode md5`, or a link into the cache. */
export function contentOf(file: string | undefined): string | undefined {
  const [, plain, prefix, rest] =
    /^(?:\d{4} ([0-9a-f]{32})|-> .*\/([0-9a-f]{2})\/([0-9a-f]{30}))$/.exec(file ?? '') ?? []
  return plain ?? (rest === undefined ? undefined : `${prefix}${rest}`)
}

// Listings of DVC 2.x that DVC writes while it only looks at a directory; the compatibility page has them.
function isStrayListing(part: keyof Snapshot, path: string, ours: string | undefined): boolean {
  return part === 'objects' && ours === undefined && /^[0-9a-f]{2}(?:\/[0-9a-f]{30}\.dir)?$/.test(path)
}

function unlike(what: string, ours: unknown, theirs: unknown): readonly Difference[] {
  return isDeepStrictEqual(plain(ours), plain(theirs)) ? [] : [{ what, ours, theirs }]
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
}
