/** Where and why source is no Python, or holds what cannot be read. */
export class PythonFault extends Error {
  /** Into the source, in UTF-16 units. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
