import { expect, test } from 'vitest'
import { openTempFolder } from '../../test/rig/temp-folder.ts'
import { findRoot } from './find-root.ts'

test('the root is the nearest ancestor with a folder .dvc', () => {
  using folder = openTempFolder({ '.dvc/config': '', 'a/b/': '', 'c/.dvc/config': '', 'c/d/': '' })
  expect(findRoot(folder.at('a/b'))).toBe(folder.path)
  expect(findRoot(folder.path)).toBe(folder.path)
  expect(findRoot(folder.at('c/d'))).toBe(folder.at('c'))
})

test('a file named .dvc makes no root', () => {
  using folder = openTempFolder({ '.dvc/config': '', 'a/.dvc': '' })
  expect(findRoot(folder.at('a'))).toBe(folder.path)
})

test('there is no root outside a project or for a folder that is missing', () => {
  using folder = openTempFolder({ '.dvc/config': '' })
  expect(findRoot('/')).toBeUndefined()
  expect(findRoot(folder.at('missing'))).toBeUndefined()
})
