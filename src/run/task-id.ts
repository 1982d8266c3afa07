/** A task's place in the plan: a path of names from the root workflow down, with the item of a mapped step in brackets
 * (`features/clean`, `model/train[fold-3]`). Names are escaped, so any stage name can stand in it. */
export type TaskId = string & { readonly __brand: 'TaskId' }

/** One step of the path. `item` is the element of a map task. */
export interface TaskSegment {
  readonly name: string
  readonly item?: string
}

export function formatTaskId(path: readonly TaskSegment[]): TaskId {
  return path
    .map(({ name, item }) => escape(name) + (item === undefined ? '' : `[${escape(item)}]`))
    .join('/') as TaskId
}

export function parseTaskId(id: TaskId): readonly TaskSegment[] {
  return id.split('/').map((segment) => {
    const match = /^([^[\]]*)(?:\[([^[\]]*)\])?$/.exec(segment)
    if (match === null) throw new Error(`Internal error: malformed task id ${id}`)
    const name = decodeURIComponent(match[1] ?? '')
    return match[2] === undefined ? { name } : { name, item: decodeURIComponent(match[2]) }
  })
}

// Only what the syntax uses is escaped, so ordinary addresses stay readable.
function escape(name: string): string {
  return name.replaceAll(/[%/[\]]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}
