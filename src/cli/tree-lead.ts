/** What stands in front of a line of a tree: a column for each level above it. Of a deep line only the innermost levels are
 * drawn, after the number of those left out: a chain of 10,000 stages would be drawn with 150 MB of blanks. */
export interface TreeLead {
  readonly depth: number
  readonly drawn: string
}

const columns = 3
const mostLevels = 40

export const topLead: TreeLead = { depth: 0, drawn: '' }

/** The lead of a line below; `column` has three characters. */
export function withLevel({ depth, drawn }: TreeLead, column: string): TreeLead {
  return { depth: depth + 1, drawn: (drawn + column).slice(-columns * mostLevels) }
}

export function leadText({ depth, drawn }: TreeLead): string {
  return depth > mostLevels ? `⋯${depth - mostLevels} ${drawn}` : drawn
}

/** The branch in front of each line of a tree that is written from the top down; 1 is the depth of the outermost lines.
 * Takes time linear in the number of lines. */
export function branches(depths: readonly number[]): readonly string[] {
  // At which depths another line follows before the tree goes back above them, as seen from the line at hand upwards.
  const goesOn: boolean[] = []
  const written = depths.toReversed().map((depth) => {
    const first = Math.max(1, depth - mostLevels)
    const columns = Array.from({ length: depth - first }, (_, index) => (goesOn[first + index] ? '│  ' : '   '))
    const knot = goesOn[depth] ? '├─ ' : '└─ '
    goesOn.length = depth
    goesOn[depth] = true
    return leadText({ depth: depth - 1, drawn: columns.join('') }) + knot
  })
  return written.toReversed()
}
