/** An array of fixed length whose `with` leaves the old one intact and costs about √n, not n.
 * Plain data: it survives structured cloning. */
export interface PersistentArray<T> {
  readonly chunkSize: number
  readonly chunks: readonly (readonly T[])[]
}

export function persistentArray<T>(items: readonly T[]): PersistentArray<T> {
  const chunkSize = Math.max(1, Math.ceil(Math.sqrt(items.length)))
  const chunks: T[][] = []
  for (let i = 0; i < items.length; i += chunkSize) chunks.push(items.slice(i, i + chunkSize))
  return { chunkSize, chunks }
}

export function getAt<T>(array: PersistentArray<T>, index: number): T {
  const chunk = array.chunks[Math.floor(index / array.chunkSize)]
  const offset = index % array.chunkSize
  if (chunk === undefined || offset >= chunk.length) throw new Error(`Internal error: no element ${index}`)
  return chunk[offset] as T
}

export function setAt<T>(array: PersistentArray<T>, index: number, value: T): PersistentArray<T> {
  const number = Math.floor(index / array.chunkSize)
  const chunk = (array.chunks[number] ?? []).with(index % array.chunkSize, value)
  return { chunkSize: array.chunkSize, chunks: array.chunks.with(number, chunk) }
}
