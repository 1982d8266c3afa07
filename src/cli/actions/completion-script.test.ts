import { execFileSync } from 'node:child_process'
import pc from 'picocolors'
import { expect, test } from 'vitest'
import type { CliIo } from '../cli-io.ts'
import { buildProgram } from '../program.ts'
import { completionScript } from './completion-script.ts'

function script(shell: 'bash' | 'zsh' | 'fish'): string {
  const output = {
    write: () => undefined,
    colors: pc.createColors(false),
    isTerminal: false,
    size: () => ({ columns: 80, rows: 24 }),
  }
  const io: CliIo = { cwd: '/', env: {}, stdout: output, stderr: output, version: '1.2.3', isJson: false }
  return completionScript(
    shell,
    buildProgram(io, () => undefined),
  )
}

/** What bash offers after these words. A function stands in for the program when it is asked for stages and runs. */
function offered(...words: string[]): readonly string[] {
  const ask = [
    'restage() { case "$1" in runs) echo 20261124T013002-3fa2c1 ;; *) printf "%s\\n" train@xgb train@mlp dir/dvc.yaml:report ;; esac; }',
    script('bash'),
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _restage; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]
  return execFileSync('bash', ['--norc', '-c', ask.join('\n')], { cwd: '/', encoding: 'utf8' })
    .trim()
    .split('\n')
}

test.each([
  [
    ['restage', 'st'],
    ['status', 'stages'],
  ],
  [['restage', '--v'], ['--version']],
  [
    ['restage', 'run', '--force'],
    ['--force', '--force-downstream'],
  ],
  [
    ['restage', 'run', '-f', 'train'],
    ['train@xgb', 'train@mlp'],
  ],
  [['restage', 'repro', 'dir/'], ['dir/dvc.yaml:report']],
  [['restage', 'show', '2026'], ['20261124T013002-3fa2c1']],
  [['restage', 'show', 'la'], ['last']],
  [['restage', 'retry', '2026'], ['20261124T013002-3fa2c1']],
  [
    ['restage', 'logs', 'train'],
    ['train@xgb', 'train@mlp'],
  ],
  [['restage', 'cancel', '2026'], ['20261124T013002-3fa2c1']],
  [['restage', 'cancel', 'last', 'train@x'], ['train@xgb']],
  [['restage', 'help', 'exit'], ['exit-codes']],
  [['restage', 'completion', 'f'], ['fish']],
])('in bash %j offers %j', (words, answers) => {
  expect(offered(...words)).toEqual(answers)
})

test.each(['zsh', 'fish'] as const)(
  'the script for %s knows every command and asks the project for stages and runs',
  (shell) => {
    const text = script(shell)
    for (const command of ['run', 'plan', 'why', 'status', 'stages', 'dag', 'checkout', 'commit', 'help'])
      expect(text).toContain(command)
    expect(text).toContain('restage stages --name-only')
    expect(text).toContain('restage runs --name-only')
  },
)
