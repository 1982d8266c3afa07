import { showControls } from '../../base/terminal-text.ts'
import { leadText, type TreeLead, topLead, withLevel } from '../tree-lead.ts'
import type { DagView } from './dag-view.ts'

/** The graph as text: from nodes without producers down to what depends on them. A node that several others lead to is
 * drawn with its branches where it comes first, and marked with an arrow elsewhere. */
export function toTree(view: DagView): string {
  const consumers = new Map<string, string[]>(view.nodes.map((node) => [node, []]))
  const fed = new Set<string>()
  for (const { from, to } of view.edges) {
    consumers.get(from)?.push(to)
    if (from !== to) fed.add(to)
  }
  const drawn = new Set<string>()
  const lines: string[] = []
  const roots = view.nodes.filter((node) => !fed.has(node))
  for (const node of roots) draw(node)
  // Only circles are left: they have no beginning, so any node is one.
  for (const node of view.nodes) if (!drawn.has(node)) draw(node)
  return lines.length === 0 ? 'There are no stages in this project yet.\n' : `${lines.join('\n')}\n`

  // A stack instead of recursion: real chains are thousands of stages long.
  function draw(root: string): void {
    const open: Branch[] = [{ node: root, lead: topLead, isLast: true, isRoot: true }]
    for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
      const { node, lead, isLast, isRoot } = branch
      const inner = consumers.get(node) ?? []
      const isRepeated = drawn.has(node)
      const knot = isRoot ? '' : isLast ? '└─ ' : '├─ '
      lines.push(`${leadText(lead)}${knot}${showControls(node)}${isRepeated && inner.length > 0 ? ' ↑' : ''}`)
      if (isRepeated) continue
      drawn.add(node)
      const innerLead = isRoot ? topLead : withLevel(lead, isLast ? '   ' : '│  ')
      inner
        .toReversed()
        .forEach((child, index) => open.push({ node: child, lead: innerLead, isLast: index === 0, isRoot: false }))
    }
  }
}

interface Branch {
  readonly node: string
  readonly lead: TreeLead
  readonly isLast: boolean
  readonly isRoot: boolean
}
