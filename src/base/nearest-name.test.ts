import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

test.each([
  ['trian', ['train', 'test'], 'train'],
  ['prepar', ['prepare', 'evaluate'], 'prepare'],
  ['x', ['y'], 'y'],
  ['deploy', ['train', 'test'], undefined],
  ['', [], undefined],
  ['ab', ['abcdef'], undefined],
])('%s among %j is taken for %s', (name, names, nearest) => {
  expect(nearestName(name, names)).toBe(nearest)
})
