import type { AnchorMark } from '../yaml/block-scanner.ts'

/** Where an entry of dvc.lock stands. Offsets count UTF-16 units. */
export interface EntryRange {
  readonly name: string
  /** Start of the entry's first line. */
  readonly start: number
  /** End of the line with its key, the line end excluded. */
  readonly keyEnd: number
  /** After the line end of its last line; comments and blank lines below it are not its own. */
  readonly end: number
}

/** Where everything stands that putting entries into a dvc.lock has to know of. */
export interface LockLayout {
  /** In the order of the file. */
  readonly entries: readonly EntryRange[]
  /** Column of the entries' keys. */
  readonly indent: number
  /** Where further entries go: the start of the next top-level line, or the end of the text. */
  readonly end: number
  /** In the order of the file. */
  readonly anchors: readonly AnchorMark[]
  /** Text to be replaced before the first entry can be put in: an empty map of stages, or that there is none. */
  readonly opening?: { readonly start: number; readonly end: number; readonly text: string }
}
