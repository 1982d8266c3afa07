import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { openTempFolder, type TempFolder } from '../../../test/rig/temp-folder.ts'
import { Md5Lanes } from './md5-lanes.ts'

// Around the ends of blocks, of padding and of what is read at a time.
const sizes = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 4096].concat(
  [131_072, 262_144].flatMap((size) => [-9, -8, -1, 0, 1].map((more) => size + more)),
)

function write(folder: TempFolder, list: readonly number[]): readonly string[] {
  return list.map((size, index) => {
    const path = `f${index}`
    folder.write(path, Buffer.alloc(size, `${index} and ${size}; `).toString('latin1'))
    return folder.at(path)
  })
}

function hashAll(lanes: Md5Lanes, files: readonly string[]): readonly (string | undefined)[] {
  const digests: (string | undefined)[] = []
  const sizes = Float64Array.from(files, (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 1)
  lanes.hash({ paths: files.join('\0'), sizes }, (index, digest) => (digests[index] = digest))
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
    fc.property(fc.array(fc.constantFrom(...files), { maxLength: 20 }), (some) => {
      expect(hashAll(lanes, some)).toEqual(some.map((path) => md5(path)))
    }),
    { numRuns: 100 },
  )
})

test('a file that cannot be read fails alone', () => {
  using folder = openTempFolder()
  const [first, second] = write(folder, [70, 300_000])
  const found = hashAll(new Md5Lanes(), [first!, folder.at('missing'), folder.at('.'), second!])
  expect(found).toEqual([md5(first!), undefined, undefined, md5(second!)])
})

test('a file is read as far as it was long, or to where it ends now', () => {
  using folder = openTempFolder()
  const paths = write(folder, [200_000, 300_000, 131_072])
  const [grown, shrunk, exact] = paths
  const before = paths.map((path) => md5(path))
  const sizes = Float64Array.from(paths, (path) => statSync(path).size)
  appendFileSync(grown!, 'more')
  appendFileSync(exact!, 'more')
  truncateSync(shrunk!, 1000)
  const found = new Map<number, string | undefined>()
  new Md5Lanes().hash({ paths: paths.join('\0'), sizes }, (index, digest) => found.set(index, digest))
  expect([found.get(0), found.get(1), found.get(2)]).toEqual([before[0], md5(shrunk!), before[2]])
})

test('a file whose size nobody knows is read to its end', () => {
  using folder = openTempFolder()
  const paths = write(folder, [200_000, 10])
  const found = new Map<number, string | undefined>()
  new Md5Lanes().hash({ paths: paths.join('\0'), sizes: new Float64Array(2) }, (index, digest) =>
    found.set(index, digest),
  )
  expect([found.get(0), found.get(1)]).toEqual(paths.map((path) => md5(path)))
})
