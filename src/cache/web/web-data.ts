import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { failed, ok, type Result } from '../../base/result.ts'
import { pythonRepr, pythonStr } from '../../base/python-repr.ts'
import type { Value } from '../../base/value.ts'
import { cacheProblems } from '../problems.ts'

/** What a server says of a file. */
export interface WebData {
  /** Its ETag as it comes, quotes included, else its Content-MD5 (dvc-data, `meta.py::Meta.from_info`), else a digest of
   * what else the server says. */
  readonly checksum: string
  /** In bytes; absent if the server does not say. */
  readonly size: number | undefined
}

/** Asks a server about a file, as DVC does, without reading it; `undefined`: there is no such file. A server that cannot
 * be reached is a problem (DVC takes the file for deleted). */
export async function lookAtWeb(url: string, signal?: AbortSignal): Promise<Result<WebData | undefined>> {
  const known = new Map<string, Value>()
  // Some servers answer, or tell the size, only to those who want the content.
  for (const method of ['HEAD', 'GET'] as const) {
    const answer = await ask(url, method, signal)
    if (!answer.ok) return answer
    const { status, body } = answer.value
    await body?.cancel()
    if (status < 400) for (const [key, value] of told(answer.value)) known.set(key, value)
    else if (method === 'GET') {
      const isGone = status < 500 && status !== 429
      return isGone ? ok(undefined) : failed(cacheProblems.webUnreachable(url, `it answers ${status}`))
    }
    if (known.has('size')) break
  }
  const size = known.get('size')
  const checksum = known.get('ETag') ?? known.get('Content-MD5') ?? digestOf(url, known)
  return ok({ checksum: pythonStr(checksum), size: typeof size === 'bigint' ? Number(size) : undefined })
}

// What fsspec notes of an answer, under its names and in its order (`implementations/http.py::_file_info`).
function told({ headers, url }: Response): ReadonlyMap<string, Value> {
  const notes = new Map<string, Value>()
  const length = headers.get('content-length')
  const encoding = headers.get('content-encoding') ?? ''
  const total = headers.get('content-range')?.split('/')[1]
  if (length === null ? isCount(total) : isCount(length) && ['', 'identity'].includes(encoding))
    notes.set('size', BigInt(length ?? total ?? 0))
  const type = headers.get('content-type')
  if (type !== null) notes.set('mimetype', type.split(';')[0]!)
  if (headers.get('accept-ranges') === 'none') notes.set('partial', false)
  notes.set('url', url)
  for (const name of ['ETag', 'Content-MD5', 'Digest', 'Last-Modified']) {
    const value = headers.get(name)
    if (value) notes.set(name, value)
  }
  return notes
}

function isCount(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text)
}

// A server without checksums: fsspec hashes all that it has noted (`spec.py::checksum`).
function digestOf(url: string, known: ReadonlyMap<string, Value>): string {
  const info = new Map<string, Value>([['name', url], ['size', null], ...known, ['type', 'file']])
  return String(
    BigInt(
      `0x${createHash('md5')
        .update(`(${pythonRepr(info)},)`)
        .digest('hex')}`,
    ),
  )
}

/** Writes the file to `target`, which must not exist. Throws Node's file errors. */
export async function downloadWeb(url: string, target: string, signal?: AbortSignal): Promise<Result<void>> {
  const answer = await ask(url, 'GET', signal)
  if (!answer.ok) return answer
  const { status, body } = answer.value
  if (status >= 400 || body === null) return failed(cacheProblems.webUnreachable(url, `it answers ${status}`))
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(target, { flags: 'wx' }))
    return ok(undefined)
  } catch (error) {
    if (isFileError(error)) throw error
    return failed(cacheProblems.webUnreachable(url, reasonOf(error)))
  }
}

// Content must come as it is stored, or its size would be another one.
async function ask(url: string, method: 'GET' | 'HEAD', signal: AbortSignal | undefined): Promise<Result<Response>> {
  const limit = AbortSignal.timeout(60_000)
  try {
    const headers = { 'accept-encoding': 'identity' }
    const both = method === 'HEAD' ? (signal === undefined ? limit : AbortSignal.any([signal, limit])) : signal
    return ok(await fetch(url, { method, headers, ...(both && { signal: both }) }))
  } catch (error) {
    return failed(cacheProblems.webUnreachable(url, reasonOf(error)))
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || message : message
}
