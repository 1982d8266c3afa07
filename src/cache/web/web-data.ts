import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { failed, ok, type Result } from '../../base/result.ts'
import { cacheProblems } from '../problems.ts'

/** What a server says of a file. */
export interface WebData {
  /** Its ETag as it comes, quotes included, else its Content-MD5 (dvc-data, `meta.py::Meta.from_info`). */
  readonly checksum: string
  /** In bytes; absent if the server does not say. */
  readonly size: number | undefined
}

/** Asks a server about a file, as DVC does, without reading it; `undefined`: there is no such file. A server that cannot
 * be reached is a problem (DVC takes the file for deleted). */
export async function lookAtWeb(url: string, signal?: AbortSignal): Promise<Result<WebData | undefined>> {
  const answer = await ask(url, 'HEAD', signal)
  if (!answer.ok) return answer
  // Some servers answer only those who want the content.
  const response = [405, 501].includes(answer.value.status) ? await ask(url, 'GET', signal) : answer
  if (!response.ok) return response
  const { status, headers, body } = response.value
  await body?.cancel()
  if (status >= 500 || status === 429) return failed(cacheProblems.webUnreachable(url, `it answers ${status}`))
  if (status >= 400) return ok(undefined)
  const checksum = headers.get('etag') ?? headers.get('content-md5')
  if (checksum === null) return failed(cacheProblems.webWithoutChecksum(url))
  const size = Number(headers.get('content-length') ?? NaN)
  return ok({ checksum, size: Number.isInteger(size) && !headers.has('content-encoding') ? size : undefined })
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
    signal?.throwIfAborted()
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
