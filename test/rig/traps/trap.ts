/** A behaviour of DVC that one would guess wrong, in our words, and what shows that we know it. */
export interface Trap {
  readonly says: string
  readonly proof: Proof
}

export type Proof =
  /** The exact title of a test that fails if we get it wrong. */
  | { readonly test: string }
  /** Why there is no such test, or why we deliberately do otherwise. */
  | { readonly exception: string }

/** The traps of one chapter. */
export interface Chapter {
  readonly title: string
  readonly traps: readonly Trap[]
}
