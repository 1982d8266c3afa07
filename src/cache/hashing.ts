import type { HashName } from '../project/record.ts'

/** What hashing a path gives. Sizes in bytes. */
export type PathHash = FileHash | DirectoryHash

/** The same without the members of a directory. Sizes in bytes. */
export type PathDigest = FileHash | DirectoryDigest

export interface FileHash {
  readonly kind: 'file'
  readonly hashName: HashName
  /** Hex digest. */
  readonly oid: string
  readonly size: number
  /** Any of the three x bits is set. */
  readonly isexec: boolean
}

export interface DirectoryDigest {
  readonly kind: 'directory'
  readonly hashName: HashName
  /** Hex digest of the directory object's text, with `.dir`. */
  readonly oid: string
  /** Sum of the members' sizes. */
  readonly size: number
  /** How many members there are. */
  readonly nfiles: number
}

export interface DirectoryHash extends DirectoryDigest {
  /** Sorted by `relpath` in code point order, as in the directory object. */
  readonly members: readonly DirectoryMember[]
}

export interface DirectoryMember {
  /** Below the directory, with `/`. */
  readonly relpath: string
  readonly oid: string
  readonly size: number
}
