import { setFlagsFromString } from 'node:v8'

/** Lets V8 optimise only what is hot for long. A run of a second ends before optimised code pays for its making, and V8
 * makes it in threads that take the cores from the commands: a quarter of all we cost in a run of 1,000 stages, an eighth where
 * 2,000 files are stored. */
export function calmCompiler(): void {
  // In bytes of bytecode that a function runs through; V8's own number is a tenth of it or less. Other versions than that of
  // Node 20 lack the flag, and would complain.
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000')
}
