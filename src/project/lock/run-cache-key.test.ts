import { expect, test } from 'vitest'
import type { Value, ValueMap } from '../../base/value.ts'
import { isMap } from '../../base/value.ts'
import { readYaml } from '../yaml/read-yaml.ts'
import { runCacheKey, runCacheValue } from './run-cache-key.ts'

function entry(text: string): ValueMap {
  const read = readYaml(text, 'entry')
  if (!read.ok || !isMap(read.value.value)) throw new Error('no map')
  return read.value.value
}

// Both digests as DVC 3.67.1 names the file.
const recorded = `cmd: "mkdir -p out && cp src.txt out/ && echo '{\\"acc\\":0.5}' > m.json && echo é > z"
deps:
- {path: dd, hash: md5, md5: 71cef54cc30a058b18115947d09c62df.dir, size: 3, nfiles: 2}
- {path: src.txt, hash: md5, md5: f4d5d0c0671be202bc241807c243e80b, size: 4, isexec: true}
params:
  params.yaml: {p: 1, q.r: [1, 2.5, true, null, x]}
outs:
- {path: m.json, hash: md5, md5: 86a65ed3373c46b730549df69e376ccb, size: 12}
- {path: out, hash: md5, md5: 54b4727410ca0540ab12c77c74a8c623.dir, size: 4, nfiles: 1}
- {path: z, hash: md5, md5: 88df14e6957d2adb8ae54d0269f546ab, size: 3}
`

test('an entry has the key and the name that DVC gives it', () => {
  expect(runCacheKey(entry(recorded))).toBe('4d1d0cb6c449557eb0ba095b750608fda36f3a79a8de8a90faeef11535b1f4c9')
  expect(runCacheValue(entry(recorded))).toBe('4f81b3d1af9faac3ed58b89c5b69ea8899c47ec1f022a08c7f687c1ab90f8ff2')
})

test('hashes of outs do not change the key', () => {
  const other = entry(recorded.replace('86a65ed3373c46b730549df69e376ccb', '00000000000000000000000000000000'))
  expect(runCacheKey(other)).toBe(runCacheKey(entry(recorded)))
  expect(runCacheValue(other)).not.toBe(runCacheValue(entry(recorded)))
})

test.each(['size', 'nfiles'])('a parameter named %s does not count, at any depth', (name) => {
  const withParam = (value: Value): ValueMap =>
    new Map<string, Value>([
      ['cmd', 'c'],
      ['params', new Map([['p', new Map([['a', [new Map([[name, value]])]]])]])],
    ])
  expect(runCacheKey(withParam(1n))).toBe(runCacheKey(withParam(2n)))
})

test('1 and 1.0 have different keys', () => {
  expect(runCacheKey(new Map<string, Value>([['cmd', 1n]]))).not.toBe(runCacheKey(new Map<string, Value>([['cmd', 1]])))
})
