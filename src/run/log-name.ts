import { createHash } from 'node:crypto'

const longestName = 120

/** A file name for any address: readable, safe on any file system, and different for different addresses. */
export function logName(address: string): string {
  const readable = address.replaceAll(/[^A-Za-z0-9._@-]+/g, '_').slice(0, longestName)
  if (readable === address && address !== '') return address
  return `${readable}-${createHash('sha256').update(address).digest('hex').slice(0, 8)}`
}
