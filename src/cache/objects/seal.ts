import { type Stats, statSync, utimesSync } from 'node:fs'

/** Gives a file that we have just made a modification time of now that no write can give it by chance: clocks of file
 * systems move in ticks, this lies between two. So the hash of the file can be remembered at once. Returns its stats. */
export function seal(path: string): Stats {
  const seconds = (Date.now() - 1 + Math.random()) / 1000
  utimesSync(path, seconds, seconds)
  return statSync(path)
}
