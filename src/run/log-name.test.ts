import { expect, test } from 'vitest'
import { logName } from './log-name.ts'

test('keeps an ordinary address readable', () => {
  expect(logName('train@resnet-1')).toBe('train@resnet-1')
})

test.each(['train/dvc.yaml:fit', 'a b', '../x', '', 'é', 'x'.repeat(300)])(
  'makes a safe file name of %j',
  (address) => {
    expect(logName(address)).toMatch(/^[A-Za-z0-9._@-]{1,140}$/)
    expect(logName(address)).not.toBe('..')
  },
)

test('keeps addresses apart that look alike when escaped', () => {
  expect(logName('a:b')).not.toBe(logName('a/b'))
})
