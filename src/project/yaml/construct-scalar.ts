import type { Scalar as ScalarNode } from 'yaml'
import type { Value } from '../../base/value.ts'
import { plainKind, readFloat, readInt, readPlain } from './plain-scalar.ts'
import { readTimestamp } from './timestamp.ts'

export const tagPrefix = 'tag:yaml.org,2002:'

/** Says that a scalar has no value, with the reason. */
export class ScalarFault {
  readonly detail: string

  constructor(detail: string) {
    this.detail = detail
  }
}

/** The value of a scalar node as ruamel.yaml's safe loader gives it. */
export function constructScalar(node: ScalarNode): Value | ScalarFault {
  const text = node.source ?? ''
  if (node.tag !== undefined && node.tag !== '!') return constructTagged(text, node.tag)
  if (node.type === undefined || node.type === 'PLAIN')
    return constructPlain(readOldLineEnds(text).replace(/^[\u2028\u2029 ]+|[\u2028\u2029 ]+$/g, ''))
  return node.type === 'QUOTE_SINGLE' ? readOldLineEnds(text) : text
}

// ruamel.yaml still takes NEL, LS and PS for line ends, and writes LS and PS so.
function readOldLineEnds(text: string): string {
  if (!/[\x85\u2028\u2029]/.test(text)) return text
  return text.replace(/ *([\x85\u2028\u2029]+) */g, (_, ends: string) =>
    ends === '\x85' ? ' ' : ends.replaceAll('\x85', '\n'),
  )
}

/** True for the key `<<`, which merges other maps into its own. */
export function isMergeKey(node: ScalarNode): boolean {
  const isPlain = node.type === 'PLAIN' && node.tag === undefined
  return (isPlain && node.source === '<<') || node.tag === `${tagPrefix}merge`
}

/** The value of a scalar without quotes, blanks around it left out. */
export function constructPlain(text: string): Value | ScalarFault {
  const kind = plainKind(text)
  if (kind === 'merge' || kind === 'value') return new ScalarFault(`\`${text}\` is no value; put it in quotes`)
  const value = kind === 'timestamp' ? readTimestamp(text) : readPlain(text, kind)
  return value ?? (kind === 'null' ? null : noSuch(text, kind))
}

function constructTagged(text: string, tag: string): Value | ScalarFault {
  if (!tag.startsWith(tagPrefix)) return new ScalarFault(`tag \`${tag}\` is not known`)
  const kind = tag.slice(tagPrefix.length)
  switch (kind) {
    case 'str':
      return text
    case 'null':
      return null
    case 'int':
      return readInt(text.trim()) ?? noSuch(text, kind)
    case 'float':
      return readFloat(text.trim()) ?? noSuch(text, kind)
    case 'bool':
      return boolValues.get(text.toLowerCase()) ?? noSuch(text, kind)
    case 'timestamp':
      return readTimestamp(text) ?? noSuch(text, kind)
    case 'binary':
      return { kind: 'bytes', text: reprBytes(Buffer.from(text, 'base64')) }
    default:
      return new ScalarFault(`tag \`!!${kind}\` does not fit a scalar`)
  }
}

const boolValues: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'y', 'true', 'on'].map((text) => [text, true] as const),
  ...['no', 'n', 'false', 'off'].map((text) => [text, false] as const),
])

function noSuch(text: string, kind: string): ScalarFault {
  return new ScalarFault(`\`${text}\` is no valid ${kind}`)
}

function reprBytes(bytes: Buffer): string {
  return `b'${[...bytes].map(reprByte).join('')}'`
}

const named: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 39: "\\'", 92: '\\\\' }

function reprByte(byte: number): string {
  const isPrintable = byte >= 0x20 && byte < 0x7f
  return named[byte] ?? (isPrintable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)
}
