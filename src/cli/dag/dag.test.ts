import { expect, test } from 'vitest'
import { cutAround, type DagView } from './dag-view.ts'
import { toDot, toMermaid } from './draw-dag.ts'
import { toTree } from './draw-tree.ts'

const diamond: DagView = {
  nodes: ['top', 'left', 'right', 'join', 'alone'],
  edges: [
    { from: 'top', to: 'left' },
    { from: 'top', to: 'right' },
    { from: 'left', to: 'join' },
    { from: 'right', to: 'join' },
  ],
}

test('a tree draws each branch once', () => {
  const view = { nodes: [...diamond.nodes, 'end'], edges: [...diamond.edges, { from: 'join', to: 'end' }] }
  expect(toTree(view)).toBe(
    ['top', '├─ left', '│  └─ join', '│     └─ end', '└─ right', '   └─ join ↑', 'alone', ''].join('\n'),
  )
})

test('a circle is drawn too', () => {
  const view = {
    nodes: ['a', 'b'],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  }
  expect(toTree(view)).toBe('a\n└─ b\n   └─ a ↑\n')
})

test('a chain of ten thousand stages is drawn', () => {
  const nodes = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
  const edges = nodes.slice(1).map((to, index) => ({ from: nodes[index]!, to }))
  expect(toTree({ nodes, edges }).split('\n')).toHaveLength(10_001)
})

test('names cannot break out of the text around them', () => {
  expect(toMermaid({ nodes: ['a"]\nb'], edges: [] })).toBe('flowchart TD\n\tnode1["a#quot;] b"]\n')
  expect(toDot({ nodes: ['a"\\b'], edges: [] })).toBe('strict digraph {\n"a\\"\\\\b";\n}\n')
  expect(toTree({ nodes: ['a\u001b[2J'], edges: [] })).toBe('a\\x1b[2J\n')
})

test.each([
  [['join'], false, ['top', 'left', 'right', 'join']],
  [['left'], false, ['top', 'left']],
  [['left'], true, ['top', 'left', 'right', 'join']],
  [['alone'], true, ['alone']],
])('around %j (full: %s) stand %j', (targets, full, nodes) => {
  expect(cutAround(diamond, targets, full).nodes).toEqual(nodes)
})
