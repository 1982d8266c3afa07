import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What a person does to a project between two runs, as data. Done in this order. */
export interface Change {
  /** Paths to delete, folders with all they hold. */
  readonly remove?: readonly string[]
  readonly rename?: Readonly<Record<string, string>>
  readonly copy?: Readonly<Record<string, string>>
  /** File → new text. The old file is removed first: a link into the cache is not written through. */
  readonly write?: Readonly<Record<string, string>>
  /** File → [what to find, what to put there], once each; not finding it is an error. */
  readonly replace?: Readonly<Record<string, readonly (readonly [string, string])[]>>
}

export async function applyChange(root: string, change: Change): Promise<void> {
  for (const path of change.remove ?? []) await rm(join(root, path), { recursive: true })
  for (const [from, to] of Object.entries(change.rename ?? {})) await rename(join(root, from), join(root, to))
  for (const [from, to] of Object.entries(change.copy ?? {}))
    await cp(join(root, from), join(root, to), { recursive: true })
  for (const [path, text] of Object.entries(change.write ?? {})) await writeAnew(join(root, path), text)
  for (const [path, pairs] of Object.entries(change.replace ?? {})) await replaceIn(join(root, path), pairs)
}

async function writeAnew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await rm(file, { force: true })
  await writeFile(file, text, { mode: 0o644 })
}

async function replaceIn(file: string, pairs: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)}`)
    text = text.replace(from, () => to)
  }
  await writeAnew(file, text)
}
