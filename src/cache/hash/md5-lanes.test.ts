import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { openTempFolder, type TempFolder } from '../../../test/rig/temp-folder.ts'
import { type FileToHash, Md5Lanes } from './md5-lanes.ts'

// Around the ends of blocks, of padding and of what is read at a time.
const sizes = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 4096].concat(
  [131_072, 262_144].flatMap((size) => [-9, -8, -1, 0, 1].map((more) => size + more)),
)

function write(folder: TempFolder, list: readonly number[]): readonly FileToHash[] {
  return list.map((size, index) => {
    const path = `f${index}`
    folder.write(path, Buffer.alloc(size, `${index} and ${size}; `).toString('latin1'))
    return { path: folder.at(path), size }
  })
}

function hashAll(lanes: Md5Lanes, files: readonly FileToHash[]): readonly (string | undefined)[] {
  const digests: (string | undefined)[] = []
  lanes.hash(files, (index, digest) => (digests[index] = digest))
  return files.map((_, index) => digests[index])
}

function md5(path: string): string {
  return createHash('md5').update(readFileSync(path)).digest('hex')
}

test('digests are those of OpenSSL, whatever sizes share the lanes', () => {
  using folder = openTempFolder()
  const files = write(folder, sizes)
  const lanes = new Md5Lanes()
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...files), { maxLength: 12 }), (some) => {
      expect(hashAll(lanes, some)).toEqual(some.map(({ path }) => md5(path)))
    }),
    { numRuns: 100 },
  )
})

test('a file that cannot be read fails alone', () => {
  using folder = openTempFolder()
  const [first, second] = write(folder, [70, 300_000])
  const found = hashAll(new Md5Lanes(), [
    first!,
    { path: folder.at('missing'), size: 1 },
    { path: folder.at('.'), size: 1 },
    second!,
  ])
  expect(found).toEqual([md5(first!.path), undefined, undefined, md5(second!.path)])
})

test('a file that has grown or shrunk since it was looked at gets the digest of what is there', () => {
  using folder = openTempFolder()
  const [file] = write(folder, [200_000])
  expect(hashAll(new Md5Lanes(), [{ ...file!, size: 3 }])).toEqual([md5(file!.path)])
})
