import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addSelection, type ReproFlags, reproOptions } from './repro-options.ts'

function parse(...args: string[]): ReturnType<typeof reproOptions> {
  const command = addSelection(new Command()).option('--no-commit').option('--dry').option('-i, --interactive')
  return reproOptions(command.parse(args, { from: 'user' }).opts<ReproFlags>(), false)
}

const none = {
  force: false,
  forceDownstream: false,
  singleItem: false,
  onError: 'fail',
  dry: false,
  commit: true,
  runCache: true,
  pull: false,
  allowMissing: false,
  interactive: false,
}

test.each([
  [[], {}],
  [['-fs', 'train'], { force: true, singleItem: true }],
  [['-k'], { onError: 'keep-going' }],
  [['-k', '--ignore-errors'], { onError: 'ignore' }],
  [['--ignore-errors', '-k'], { onError: 'keep-going' }],
  [['--no-run-cache', '--no-commit'], { runCache: false, commit: false }],
  [['--pull', '--allow-missing', '--force-downstream'], { pull: true, allowMissing: true, forceDownstream: true }],
  [['--dry', '-i'], { dry: true, interactive: true }],
])('%j asks for what dvc repro would do', (args, options) => {
  expect(parse(...args)).toEqual({ ...none, ...options })
})
