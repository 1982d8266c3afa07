import { expect, test } from 'vitest'
import { formatTaskId, parseTaskId, type TaskSegment } from './task-id.ts'

test.each<[string, readonly TaskSegment[], string]>([
  ['a stage of the root workflow', [{ name: 'train@resnet' }], 'train@resnet'],
  ['a step of a stage of a workflow', [{ name: 'model' }, { name: 'train' }, { name: 'fit' }], 'model/train/fit'],
  ['an element of a mapped step', [{ name: 'train' }, { name: 'fold', item: '3' }], 'train/fold[3]'],
  ['an element without a name', [{ name: 'fold', item: '' }], 'fold[]'],
  [
    'names that use the syntax',
    [{ name: 'a/b.yaml:s[1]%' }, { name: 'x', item: ']/[' }],
    'a%2Fb.yaml:s%5B1%5D%25/x[%5D%2F%5B]',
  ],
])('a task id says %s, and is read back', (_, path, id) => {
  expect(formatTaskId(path)).toBe(id)
  expect(parseTaskId(formatTaskId(path))).toEqual(path)
})
