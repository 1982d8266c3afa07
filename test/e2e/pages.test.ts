import { expect, test } from 'vitest'
import { playSnippets } from '../rig/doc-snippets.ts'

test('every command of the tutorial does what the tutorial says', async () => {
  const said = await playSnippets({
    file: 'docs/tutorial.md',
    folder: '/tmp/rides',
    failing: { 'mkdir -p/mkdir': 1, 'command:': 255 },
  })
  expect(said).toContain('13 changed')
  expect(said).toContain('Data and pipelines are up to date.  (13 stages checked)')
  expect(said).toContain('1 to run, 2 maybe')
  expect(said).toMatch(/train@linear +↺ is cached/)
  expect(said).toContain('dvc.yaml:70:3  COMMAND_FAILED')
})

test('every command of the guide to CI does what the guide says', async () => {
  const said = await playSnippets({ file: 'docs/guides/rerun-from-ci.md', folder: '/tmp/guide', cwd: 'laptop' })
  expect(said).toContain('exit code 2\n')
  expect(said).toMatch(/Data and pipelines are up to date.*\n\s*3\n/)
})

test('every command of the guide to nights does what the guide says', async () => {
  const said = await playSnippets({ file: 'docs/guides/run-at-night.md', folder: '/tmp/guide', cwd: 'churn' })
  expect(said).toContain('busy, come again')
  expect(said).toContain('exit code 1\n')
  expect(said).toContain('"event":"failed"')
  expect(said).toMatch(/not started +report/)
  expect(said).toMatch(/✓ .* ran 2 · skipped 1/)
})

test('every command of the guide to sharing a machine does what the guide says', async () => {
  const said = await playSnippets({ file: 'docs/guides/share-a-machine.md', folder: '/tmp/guide', cwd: 'vision' })
  expect(said).toMatch(/(device [01]\n){3}/)
  expect(said).toMatch(/✓ .* ran 6/)
})
