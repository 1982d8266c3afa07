/** Ends a `switch` over a closed set; the compiler complains when a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected ${JSON.stringify(value)}`)
}
