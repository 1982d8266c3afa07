import { liveTest } from '../rig/live-dvc.ts'
import { playSideBySide, type StoryStep } from '../rig/side-by-side.ts'

// Texts with all line ends, what only looks like a text, and files around the border of DVC's pieces of 1 MiB.
const start = `
printf 'a\\r\\nb\\r\\n' > in; mkdir -p raw/sub; printf 'x\\r\\n' > raw/crlf; printf 'x\\n' > raw/sub/lf
cat > make-dir.sh <<'END'
mkdir -p dir/sub
cat in > dir/text
printf 'a\\r\\n\\000' > dir/binary
{ printf 'a\\r\\n'; head -c 600 /dev/zero | tr '\\000' b; printf '\\000'; } > dir/nul-late
{ head -c 1048575 /dev/zero | tr '\\000' a; printf '\\r\\n'; printf 'b\\r\\n'; } > dir/border
{ head -c 1048576 /dev/zero | tr '\\000' a; printf '\\000\\r\\n'; } > dir/sub/text-then-binary
END
cat > dvc.yaml <<'END'
stages:
  file: {cmd: cat in raw/crlf > file.txt, deps: [in, raw], outs: [file.txt]}
  many: {cmd: sh make-dir.sh, deps: [in, make-dir.sh], outs: [dir]}
  last: {cmd: cat dir/text file.txt > last.txt, deps: [dir, file.txt], outs: [last.txt], metrics: [m.json: {cache: false}]}
END
sed -i "s/> last.txt,/> last.txt; printf '[1]' > m.json,/; s/cmd: cat dir/cmd: \\"cat dir/; s/m.json, deps/m.json\\", deps/" dvc.yaml`

const makeLegacy = '"$PYTHON" "$RIG/make-legacy.py"'
const forget = 'rm -rf $CACHE/files $CACHE/runs'

const histories: Readonly<Record<string, readonly StoryStep[]>> = {
  'a project of DVC 2.x': [
    {},
    { change: `${makeLegacy}; ${forget}`, dvc: 'status --json' },
    {},
    { change: 'rm -rf dir file.txt', dvc: 'checkout' },
    { change: "printf 'a\\nb\\n' > in", dvc: 'status --json' },
    { dvc: 'repro -f' },
    { change: "printf 'c\\n' > in" },
    { change: "printf 'a\\r\\nb\\r\\n' > in" },
  ],
  'a project of DVC 2.x whose outs change': [
    {},
    { change: `${makeLegacy}; ${forget}; printf more > dir/more`, dvc: 'status --json' },
    { dvc: 'commit -f many' },
    {},
    { change: 'rm file.txt; printf other > file.txt', dvc: 'commit -f' },
    { change: 'rm -rf dir file.txt last.txt', dvc: 'checkout' },
    { change: "printf 'a\\r\\nc' > raw/crlf" },
  ],
  'records of both kinds': [
    {},
    { change: `${makeLegacy} in dir last.txt`, dvc: 'status --json' },
    {},
    { change: 'rm -rf dir file.txt', dvc: 'checkout' },
    { change: 'rm -rf dir file.txt' },
    { change: 'rm -rf $CACHE/files/md5', dvc: 'status --json' },
    {},
    { change: 'rm dvc.lock' },
  ],
  'objects in the other layout only': [
    {},
    // DVC looks for a hash in the layout of its kind, though the digests of binary files are equal. Asked for the status
    // it brings back listings, and nothing else.
    { change: `${makeLegacy} dir; rm -rf $CACHE/[0-9a-f][0-9a-f]`, dvc: 'status --json', leavesOther: true },
    {},
    { change: `${makeLegacy} file.txt; rm -rf $CACHE/files`, dvc: 'status --json', leavesOther: true },
    {},
  ],
  'lost and damaged objects of DVC 2.x': [
    {},
    { change: `${makeLegacy}; ${forget}` },
    { change: 'for f in $CACHE/*/*; do chmod 644 $f; done', dvc: 'status --json' },
    { change: 'f=$(ls $CACHE/*/* | grep -v dir | head -1); chmod 644 $f; echo x >> $f', dvc: 'status --json' },
    {},
    { change: 'rm -f $(ls $CACHE/*/*.dir); rm -rf dir' },
  ],
}

for (const [name, steps] of Object.entries(histories)) {
  liveTest(`${name}: run after run, all is left as DVC leaves it`, async (_dvc, context) => {
    await playSideBySide({ start, steps }, context)
  })
}

liveTest('hard links to objects of DVC 2.x are left as DVC leaves them', async (_dvc, context) => {
  const steps: readonly StoryStep[] = [
    {},
    { change: `${makeLegacy}; ${forget}; rm -rf dir file.txt last.txt`, dvc: 'checkout' },
    { change: 'rm dir/text; printf new > dir/text' },
    { change: "printf 'c\\n' > in" },
    { change: 'rm -rf dir file.txt last.txt', dvc: 'checkout --relink' },
  ]
  await playSideBySide({ start, steps, config: '[cache]\n    type = hardlink' }, context)
})

liveTest(
  'data of DVC 2.x and of 3.x has places of its own on a remote, and comes from there',
  async (_dvc, context) => {
    const steps: readonly StoryStep[] = [
      {},
      { change: `${makeLegacy} in dir last.txt`, dvc: 'push' },
      { change: 'rm -rf dir file.txt last.txt $CACHE/files $CACHE/[0-9a-f][0-9a-f]', dvc: 'fetch' },
      { dvc: 'checkout' },
      { change: 'rm -rf dir file.txt last.txt $CACHE/files $CACHE/[0-9a-f][0-9a-f]', dvc: 'pull' },
      {},
    ]
    const config = `[core]\n    remote = main\n['remote "main"']\n    url = ../../main`
    await playSideBySide({ start, steps, config }, context)
  },
)
