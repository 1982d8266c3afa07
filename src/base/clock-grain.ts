/** How long two writes may be apart, in ms, and yet leave the same time on the file. File systems that store whole seconds
 * (or two) are told by a time without a fraction; the kernel's clock ticks every 1 to 10 ms elsewhere. */
export function clockGrainMs(stats: { readonly mtimeMs: number }): number {
  return isCoarse(stats) ? 2000 : 20
}

/** The file's time has no fraction of a second. */
export function isCoarse({ mtimeMs }: { readonly mtimeMs: number }): boolean {
  return mtimeMs % 1000 === 0
}
