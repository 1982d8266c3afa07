import { isDirectory, existsAsLink } from '../base/file-kind.ts'
import { relativeTo } from '../base/paths.ts'
import type { Result } from '../base/result.ts'
import type { Value } from '../base/value.ts'
import { readParamsFile } from './params/read-tracked-params.ts'

/** Reads files of values (YAML, JSON, TOML, Python) by absolute path. */
export interface DocumentReader {
  read(path: string): ReadDocument
  /** The paths that were asked for. */
  asked(): readonly string[]
}

export type ReadDocument =
  | { readonly kind: 'missing' | 'directory' }
  | { readonly kind: 'document'; readonly result: Result<Value> }

/** A reader that reads each file once. Problems name files relative to `root`. */
export function openDocumentReader(root: string): DocumentReader {
  const known = new Map<string, ReadDocument>()
  return {
    read(path) {
      const document = known.get(path) ?? readDocument(path, root)
      known.set(path, document)
      return document
    },
    asked: () => [...known.keys()],
  }
}

function readDocument(path: string, root: string): ReadDocument {
  if (!existsAsLink(path)) return { kind: 'missing' }
  if (isDirectory(path)) return { kind: 'directory' }
  return { kind: 'document', result: readParamsFile(path, relativeTo(root, path)) }
}
