import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of its own for one test; removed at the end: `using folder = openTempFolder({ 'a/b.txt': 'text' })`. */
export class TempFolder implements Disposable {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Absolute path of something in it. */
  at(path: string): string {
    return join(this.path, path)
  }

  /** Writes a file, with the folders above it; a name that ends in a slash makes a folder. */
  write(path: string, text: string | Uint8Array = ''): void {
    mkdirSync(path.endsWith('/') ? this.at(path) : dirname(this.at(path)), { recursive: true })
    if (!path.endsWith('/')) writeFileSync(this.at(path), text)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Makes a temp folder with these files. */
export function openTempFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): TempFolder {
  const folder = new TempFolder(realpathSync(mkdtempSync(join(tmpdir(), 'restage-'))))
  for (const [path, text] of Object.entries(files)) folder.write(path, text)
  return folder
}
