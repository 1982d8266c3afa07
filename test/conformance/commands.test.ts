import { liveTest } from '../rig/live-dvc.ts'
import { playSideBySide } from '../rig/side-by-side.ts'

// Line ends in the words of YAML's double quotes, and two that are none. Not NEL: DVC writes it to dvc.lock so that it
// reads back as a blank, and we do not.
const lineEnds: Readonly<Record<string, string>> = {
  lf: '\\n',
  cr: '\\r',
  crlf: '\\r\\n',
  vt: '\\v',
  ff: '\\f',
  fs: '\\x1c',
  gs: '\\x1d',
  rs: '\\x1e',
  us: '\\x1f',
  ls: '\\L',
  ps: '\\P',
  nbsp: '\\_',
}

liveTest(
  'a string is cut into commands at every line end that Python knows, a list item is not',
  async (_dvc, context) => {
    const stages = Object.entries(lineEnds).flatMap(([name, end]) => [
      `  ${name}: {cmd: "X=1${end}echo \\"[$X]\\" > ${name}", outs: [${name}]}`,
      `  ${name}-list: {cmd: ["X=1${end}true; echo \\"[$X]\\" > ${name}-list"], outs: [${name}-list]}`,
    ])
    const start = `cat > dvc.yaml <<'END'\nstages:\n${stages.join('\n')}\nEND`
    await playSideBySide(
      { start, exceptIgnores: true, steps: [{ dvc: 'repro --ignore-errors' }, { dvc: 'repro --ignore-errors' }] },
      context,
    )
  },
)

liveTest('empty lines, blocks and continuations are commands of their own in a string', async (_dvc, context) => {
  const start = `cat > dvc.yaml <<'END'
stages:
  ends: {cmd: "echo 1 > ends\\n", outs: [ends]}
  empty: {cmd: "echo 1 > empty\\n\\necho 2 >> empty\\n\\n", outs: [empty]}
  folded:
    cmd: >
      echo 1
      2 > folded
    outs: [folded]
  block:
    cmd: |
      echo 1 > block
      X=2
      echo "$X" >> block
    outs: [block]
  item:
    cmd:
    - |
      X=2
      if true; then
        echo "$X" > item
      fi
    - echo done >> item
    outs: [item]
END`
  await playSideBySide({ start, steps: [{}, {}] }, context)
})

const failing = `cat > dvc.yaml <<'END'
stages:
  list: {cmd: [echo 1 > list, 'exit 3', echo 2 > list], outs: [list]}
  lines: {cmd: "echo 1 > lines\\nexit 3\\necho 2 > lines", outs: [lines]}
  inside: {cmd: "false; echo 1 > inside; false | true", outs: [inside]}
  block:
    cmd: |
      if true; then
      echo 1 > block; fi
    outs: [block]
  missing: {cmd: no-such-program, outs: [missing]}
  unmade: {cmd: "true", outs: [unmade]}
  killed: {cmd: "kill -9 $$", outs: [killed]}
END`

liveTest('the first command that fails ends its stage, and nothing else does', async (_dvc, context) => {
  await playSideBySide(
    {
      start: failing,
      exceptIgnores: true,
      steps: [
        { dvc: 'repro -k', fails: true },
        { dvc: 'repro --ignore-errors' },
        { dvc: 'repro inside' },
        { dvc: 'repro list', fails: true },
      ],
    },
    context,
  )
})

const shellStart = `
mkdir ../bin
for name in zsh fish ksh dash FiSh; do
  cat > ../bin/$name <<'END'
#!/bin/sh
if [ "$1" = --version ]; then cat "\${0%/*}/version"; exit; fi
printf '%s|' "\${0##*/}" "$@" >> argv
for last; do :; done
exec /bin/sh -c "$last"
END
  chmod 755 ../bin/$name
done
echo 'fish, version 3.3.0' > ../bin/version
echo 'exit 9' > rc
cat > dvc.yaml <<'END'
stages:
  s:
    cmd:
    - false | true
    - case $- in *e*) echo errexit;; *) echo plain;; esac > out
    - echo "$0" >> out
    outs: [out]
END
`

const shells: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sh: { SHELL: '/bin/sh' },
  bash: { SHELL: '/bin/bash' },
  'bash with files to read first': { SHELL: '/bin/bash', BASH_ENV: '', ENV: 'rc' },
  zsh: { SHELL: '../bin/zsh' },
  'fish 3.3': { SHELL: '../bin/fish' },
  'Fish by another case': { SHELL: '../bin/FiSh' },
  ksh: { SHELL: '../bin/ksh' },
  dash: { SHELL: '../bin/dash' },
  'no shell': { SHELL: '' },
}

for (const [name, env] of Object.entries(shells)) {
  liveTest(`commands run in $SHELL with the arguments that DVC gives it: ${name}`, async (_dvc, context) => {
    await playSideBySide({ start: shellStart, steps: [{ env }, { env, dvc: 'repro -f' }] }, context)
  })
}

liveTest('an older fish is called without --no-config', async (_dvc, context) => {
  const start = `${shellStart}\necho 'fish, version 3.2.9' > ../bin/version`
  await playSideBySide({ start, steps: [{ env: { SHELL: '../bin/fish' } }] }, context)
})

const environment = `
mkdir -p sub/deep
cat > dvc.yaml <<'END'
stages:
  here: {cmd: 'echo "$DVC_STAGE $MINE $(pwd | sed "s,.*/project,,") $(basename "$DVC_ROOT")" > here', outs: [here]}
  inner: {cmd: 'echo "$DVC_STAGE $(pwd | sed "s,.*/project,,")" > inner', wdir: sub, outs: [inner]}
END
cat > sub/dvc.yaml <<'END'
stages:
  other: {cmd: 'echo "$DVC_STAGE $(basename "$DVC_ROOT")" > other', outs: [other]}
END`

liveTest('commands find their stage, their root and the caller’s environment', async (_dvc, context) => {
  await playSideBySide(
    {
      start: environment,
      // The order of stages of several files is not settled; lines are compared where it is.
      exceptIgnores: true,
      steps: [
        { dvc: 'repro', env: { MINE: 'mine', DVC_STAGE: 'not this' } },
        { dvc: 'repro -f here', env: { DVC_ROOT: '/already/set' } },
        { dvc: 'repro', cwd: 'sub' },
        { dvc: 'repro -f ../dvc.yaml:inner', cwd: 'sub' },
        { dvc: 'repro -f sub/dvc.yaml:other', env: { MINE: '' } },
      ],
    },
    context,
  )
})
