import { compareCodePoints } from '../../base/order.ts'
import { components, type DagEdge, type DagView } from './dag-view.ts'

/** A Mermaid flowchart as `dvc dag --mermaid` writes it: part by part, names sorted. */
export function toMermaid(view: DagView): string {
  const lines = ['flowchart TD']
  let count = 0
  for (const part of components(view)) {
    const ids = new Map(part.nodes.toSorted(compareCodePoints).map((node) => [node, `node${++count}`]))
    ids.forEach((id, node) => lines.push(`\t${id}["${mermaidText(node)}"]`))
    part.edges.toSorted(compareEdges).forEach(({ from, to }) => lines.push(`\t${ids.get(from)}-->${ids.get(to)}`))
  }
  return `${lines.join('\n')}\n`
}

/** A Graphviz graph as `dvc dag --dot` writes it. */
export function toDot({ nodes, edges }: DagView): string {
  return [
    'strict digraph {',
    ...nodes.map((node) => `${dotText(node)};`),
    ...edges.map(({ from, to }) => `${dotText(from)} -> ${dotText(to)};`),
    '}',
    '',
  ].join('\n')
}

function compareEdges(a: DagEdge, b: DagEdge): number {
  return compareCodePoints(a.from, b.from) || compareCodePoints(a.to, b.to)
}

// Names may hold anything; quotes would end the text.
function mermaidText(name: string): string {
  return name.replaceAll('"', '#quot;').replaceAll(/[\r\n]/g, ' ')
}

function dotText(name: string): string {
  if (!/[\\"\n]/.test(name)) return `"${name}"`
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
