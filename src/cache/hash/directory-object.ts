import { createHash } from 'node:crypto'
import { failed, ok, type Result } from '../../base/result.ts'
import { cacheProblems } from '../problems.ts'

/** One file of a directory object. */
export interface DirectoryEntry {
  /** Below the directory, with `/`. */
  readonly relpath: string
  readonly oid: string
}

/** The text of a directory object (dvc-data, `tree.py`): JSON as Python writes it, ASCII. `entries` are sorted by path in
 * code point order. Its MD5 with `.dir` is the directory's oid. */
export function directoryObjectText(entries: readonly DirectoryEntry[]): string {
  return [...piecesOf(entries)].join('')
}

/** The oid of a directory with these files, sorted by path in code point order. */
export function directoryOid(entries: readonly DirectoryEntry[]): string {
  const hash = createHash('md5')
  for (const piece of piecesOf(entries)) hash.update(piece)
  return `${hash.digest('hex')}.dir`
}

// There may be millions, whose text need not be in memory at once.
function* piecesOf(entries: readonly DirectoryEntry[]): Generator<string> {
  yield '['
  for (let at = 0; at < entries.length; at += 1000) {
    const some = entries.slice(at, at + 1000)
    const items = some.map(({ oid, relpath }) => `{"md5": "${oid}", "relpath": ${JSON.stringify(relpath)}}`)
    yield (at > 0 ? ', ' : '') + toAscii(items.join(', '))
  }
  yield ']'
}

/** The files that a directory object lists; `name` is shown in the problem. Paths that would leave the directory are
 * refused: a cache may be shared, and its content is not ours. */
export function parseDirectoryObject(text: string, name: string): Result<readonly DirectoryEntry[]> {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return failed(cacheProblems.directoryObjectInvalid(name))
  }
  const entries = Array.isArray(document) ? document.map(toEntry) : [undefined]
  const valid = entries.filter((entry) => entry !== undefined)
  return valid.length === entries.length ? ok(valid) : failed(cacheProblems.directoryObjectInvalid(name))
}

// JavaScript leaves DEL and everything beyond ASCII as it is; Python escapes both, in lower case, units of UTF-16.
function toAscii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function toEntry(item: unknown): DirectoryEntry | undefined {
  if (typeof item !== 'object' || item === null || !('relpath' in item) || !('md5' in item)) return undefined
  const { relpath, md5 } = item
  if (typeof relpath !== 'string' || typeof md5 !== 'string' || !staysBelow(relpath)) return undefined
  return { relpath, oid: md5 }
}

function staysBelow(relpath: string): boolean {
  return !relpath.includes('\0') && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(relpath)
}
