import { liveTest } from '../rig/live-dvc.ts'
import { playSideBySide, type StoryStep } from '../rig/side-by-side.ts'

// With links an executable shares its bit with the object. DVC's checks of the object take it away, and other commands
// give it back.
const start = `
echo 1 > in
cat > dvc.yaml <<'END'
stages:
  alone: {cmd: "cat in > tool; chmod 755 tool", deps: [in], outs: [tool]}
  user: {cmd: cat tool > used, deps: [tool], outs: [used]}
END`

const status: StoryStep = { dvc: 'status --json' }

const steps: readonly StoryStep[] = [
  {},
  status,
  status,
  {},
  { dvc: 'checkout' },
  status,
  {},
  { dvc: 'commit' },
  status,
  { dvc: 'commit' },
  { change: 'rm tool', dvc: 'checkout' },
  {},
  { dvc: 'checkout --relink' },
  status,
  { change: 'rm dvc.lock' },
  status,
  { dvc: 'repro -f' },
  { change: 'rm tool' },
  { change: 'echo 2 > in' },
  {},
  { dvc: 'checkout' },
  // Else DVC, which looks no further once it knows that a dep has changed, would leave the old object without the mode.
  status,
  { change: 'echo 1 > in' },
  status,
  // The record says now that it is not executable. DVC's own database, which we do not read, may remember that it was.
  { dvc: 'commit -f' },
  status,
  { change: 'rm -rf ../site tool', dvc: 'checkout' },
  { dvc: 'checkout --relink' },
  {},
  status,
]

for (const type of ['hardlink', 'symlink'])
  liveTest(`executables in a cache of type ${type} have and lose their bit when they do with DVC`, async (_, context) =>
    playSideBySide({ start, config: `[cache]\n    type = "${type}"`, steps }, context),
  )
