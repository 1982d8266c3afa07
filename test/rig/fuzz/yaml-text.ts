import fc from 'fast-check'

/** A YAML value with the way in which it is written. */
export type Node =
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string; readonly style: Style }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly flow: boolean }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Node, Node])[]; readonly flow: boolean }

type Style = 'plain' | 'single' | 'double' | 'literal'

/** The text of a document. */
export function yamlText(node: Node): string {
  return isInline(node) ? `${inline(node)}\n` : block(node, 0)
}

export function map(entries: readonly (readonly [string, Node])[], flow = false): Node {
  return { kind: 'map', entries: entries.map(([key, value]) => [text(key), value]), flow }
}

export function list(items: readonly Node[], flow = false): Node {
  return { kind: 'list', items, flow }
}

export function text(value: string): Node {
  return { kind: 'string', value, style: 'plain' }
}

export function raw(value: string): Node {
  return { kind: 'raw', text: value }
}

/** A string in any of the three styles. */
export function spelled(value: fc.Arbitrary<string>): fc.Arbitrary<Node> {
  const style = fc.oneof(
    { weight: 6, arbitrary: fc.constant('plain' as const) },
    { weight: 1, arbitrary: fc.constantFrom('single' as const, 'double' as const) },
  )
  return fc.record({ kind: fc.constant('string' as const), value, style })
}

function isInline(node: Node): boolean {
  if (node.kind === 'raw') return true
  if (node.kind === 'string') return true
  return node.flow || (node.kind === 'list' ? node.items.length === 0 : node.entries.length === 0)
}

function inline(node: Node): string {
  switch (node.kind) {
    case 'raw':
      return node.text
    case 'string':
      return quoted(node.value, node.style)
    case 'list':
      return `[${node.items.map(inline).join(', ')}]`
    default:
      return `{${node.entries.map(([key, value]) => `${inline(key)}: ${inline(value)}`).join(', ')}}`
  }
}

function block(node: Node, indent: number): string {
  const pad = ' '.repeat(indent)
  if (node.kind === 'list') {
    return node.items
      .map((item) => (isInline(item) ? `${pad}- ${inline(item)}\n` : `${pad}-\n${block(item, indent + 2)}`))
      .join('')
  }
  if (node.kind !== 'map') return `${pad}${inline(node)}\n`
  return node.entries
    .map(([key, value]) => {
      const start = `${pad}${inline(key)}:`
      if (isLiteral(value)) return `${start} |${literal(value.value, indent + 2)}`
      return isInline(value) ? `${start} ${inline(value)}\n` : `${start}\n${block(value, indent + 2)}`
    })
    .join('')
}

function isLiteral(node: Node): node is Node & { readonly kind: 'string' } {
  return node.kind === 'string' && node.style === 'literal' && /^[!-~][ -~\n]*[!-~]\n*$/.test(node.value)
}

function literal(value: string, indent: number): string {
  const content = value.replace(/\n+$/, '')
  const ends = value.length - content.length
  const sign = ends === 0 ? '-' : ends === 1 ? '' : '+'
  return `${sign}\n${content.replaceAll(/^(?=.)/gm, ' '.repeat(indent))}\n${'\n'.repeat(Math.max(ends - 1, 0))}`
}

// Plain where that is safe wherever it stands.
function quoted(value: string, style: Style): string {
  const isSafe = /^[A-Za-z_./$\\][\w ./${}@*?=\\()-]*$/.test(value) && !/[{}]|\s$| #|: |:$/.test(value)
  if (style === 'plain' && isSafe && !/^(?:true|false|null|inf|nan|yes|no)$/i.test(value)) return value
  if (style === 'single' && /^[^\n\r\t]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value)
}
