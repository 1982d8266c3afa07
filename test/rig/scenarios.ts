import type { Change } from './change.ts'
import type { RigOptions } from './open-rig.ts'

/** One run: what a person did before it, and how it was called. */
export interface Step extends Change {
  /** @default 'repro' */
  readonly command?: 'checkout' | 'commit'
  /** Instead of the scenario's. */
  readonly args?: readonly string[]
}

/** What happens to a fixture project, run by run. Every run starts from what the one before left. */
export interface Scenario extends RigOptions {
  /** The project's folder in `fixtures/dvc-repos`. @default the scenario's name */
  readonly fixture?: string
  /** Added to `repro` and `run`. */
  readonly args?: readonly string[]
  /** Where the programs are called, relative to the project. @default '.' */
  readonly cwd?: string
  /** DVC's own order of the first run is not settled: compare lock entries and ignore lines as sets. */
  readonly anyOrder?: boolean
  /** Independent stages of it make the same result: whether the second is restored or runs depends on timing. */
  readonly sharesResults?: boolean
  /** The runs after the first, which works on the fixture as it is; the second changes nothing. */
  readonly then: Readonly<Record<string, Step>>
}

const again = { 'nothing has changed': {} }
const lockLost = { 'the lock is deleted': { remove: ['dvc.lock'] } }
const cacheLost = { 'the objects of the cache are deleted': { remove: ['.dvc/cache/files'] } }

/** Every fixture project with its history, some with several. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'cache-elsewhere': {
    cache: 'store',
    then: {
      ...again,
      'an out is deleted': { remove: ['second'] },
      'the objects are deleted': { remove: ['store/files'] },
    },
  },
  chain: {
    then: {
      ...again,
      'an input changes': { write: { 'words.txt': 'five\nsix\n' } },
      'the input is back': { write: { 'words.txt': 'one\ntwo\nthree\nfour\n' } },
      'an out is edited': { write: { 'sorted.txt': 'edited\n' } },
      'an out is deleted': { remove: ['lines.txt'] },
      ...lockLost,
      'a command changes': { replace: { 'dvc.yaml': [['cat sorted.txt upper.txt', 'cat upper.txt sorted.txt']] } },
      'a change that ends in the same bytes': { write: { 'words.txt': 'four\nthree\ntwo\none\n' } },
      'lock and outs are deleted': { remove: ['dvc.lock', 'lines.txt', 'sorted.txt', 'upper.txt', 'bundle.txt'] },
      ...cacheLost,
    },
  },
  demo: {
    then: {
      ...again,
      'a param of one branch changes': { replace: { 'params.yaml': [['rounds: 400', 'rounds: 300']] } },
      'a param near the top changes': { replace: { 'params.yaml': [['every: 4', 'every: 5']] } },
      'a param that nothing depends on changes': { replace: { 'params.yaml': [['split:', 'other: 1\nsplit:']] } },
      'a station is added': { replace: { 'params.yaml': [['  - market', '  - airport\n  - market']] } },
      'the report is gone': { remove: ['report/index.md'] },
      ...lockLost,
    },
  },
  diamond: {
    then: {
      ...again,
      'one side changes': { write: { 'params.yaml': 'left:\n  add: 11\nright:\n  add: 20\n' } },
      'the other side changes without a change of result': {
        replace: { 'dvc.yaml': [['print $1 + ${right', 'print ($1) + ${right']] },
      },
      'the lock loses an entry': { write: { 'dvc.lock': "schema: '2.0'\nstages: {}\n" } },
      'two outs are deleted and one edited': { remove: ['left.txt', 'joined.txt'], write: { 'right.txt': '' } },
      'a stage is renamed': { replace: { 'dvc.yaml': [['  right:', '  starboard:']] } },
      'a stage goes, another comes': {
        write: {
          'dvc.yaml':
            'stages:\n  top:\n    cmd: sort -n numbers.txt > sorted.txt\n    deps: [numbers.txt]\n    outs: [sorted.txt]\n' +
            '  added:\n    cmd: sort -rn sorted.txt > added.txt\n    deps: [sorted.txt]\n    outs: [added.txt]\n',
        },
      },
      ...cacheLost,
    },
  },
  directories: {
    then: {
      ...again,
      'a file inside an out is edited': { write: { 'parts/b.txt': 'edited\n' } },
      'a file inside an out is deleted': { remove: ['parts/sub/with space'] },
      'a file is added inside an out': { write: { 'out/tree/extra.txt': 'extra\n' } },
      'a file is added to a dep': { write: { 'input/three.txt': '3\n' } },
      'whole outs are deleted': { remove: ['parts', 'nothing'] },
      ...lockLost,
      ...cacheLost,
    },
  },
  'dvc-add-data': {
    // images.dvc, raw.txt.dvc and dvc.yaml: in the order in which the file system lists them.
    anyOrder: true,
    untracked: ['raw.txt', 'images'],
    then: {
      ...again,
      'the data changes': { write: { 'raw.txt': 'more raw data\n', 'images/c.pgm': 'P2 1 1 1 2\n' } },
      'a file of the data is deleted': { remove: ['images/a.pgm'] },
      ...lockLost,
    },
  },
  'eight-independent': {
    then: {
      ...again,
      'some outs are deleted': { remove: ['s2.txt', 's7.txt'] },
      'some commands change': {
        replace: {
          'dvc.yaml': [
            ['echo 3', 'echo drei'],
            ['echo 6', 'echo sechs'],
          ],
        },
      },
      'some entries are lost': { replace: { 'dvc.lock': [['  s4:\n    cmd: echo 4', '  gone:\n    cmd: echo 4']] } },
      ...lockLost,
      ...cacheLost,
    },
  },
  'exec-bits': {
    then: {
      ...again,
      'executable outs are deleted': { remove: ['built.sh', 'bin'] },
      ...lockLost,
    },
  },
  'foreach-list': {
    then: {
      ...again,
      'an item is added in the middle': { replace: { 'params.yaml': [['  - rome', '  - paris\n  - rome']] } },
      'an item goes': { replace: { 'params.yaml': [['  - 7\n', '']], 'dvc.yaml': [['      - greet-7.txt\n', '']] } },
      ...lockLost,
    },
  },
  'foreach-map': {
    then: {
      ...again,
      'one item changes': { replace: { 'params.yaml': [['depth: 8', 'depth: 9']] } },
      'the data changes': { write: { 'data.csv': 'x,y\n5,6\n' } },
      ...lockLost,
    },
  },
  'frozen-always-changed': {
    untracked: ['frozen.txt'],
    then: {
      ...again,
      'the source changes': { write: { 'source.txt': 'changed\n' } },
      'a frozen out is edited': { write: { 'frozen.txt': 'thawed\n' } },
      ...lockLost,
    },
  },
  'generated-gitignore': {
    then: {
      ...again,
      'an out inside the folder is deleted': { remove: ['data/left.txt'] },
      'a third stage writes there': {
        replace: {
          'dvc.yaml': [
            [
              '  right:',
              '  between:\n    cmd: echo between > data/between.txt\n    outs: [data/between.txt]\n  right:',
            ],
          ],
        },
      },
      ...lockLost,
    },
  },
  'ignored-files': {
    then: {
      ...again,
      'an ignored file changes': {
        write: { 'work/src/skip.log': 'changed\n', 'work/src/deep/hidden.txt': 'changed\n' },
      },
      'a file that counts changes': { write: { 'work/src/deep/important.log': 'changed\n' } },
    },
  },
  'legacy-lock': {
    then: {
      ...again,
      'a legacy dep changes': { write: { 'a.txt': 'c\r\nd\r\n' } },
      'an out is deleted': { remove: ['b.txt'] },
    },
  },
  'links-hardlink': {
    then: {
      ...again,
      'an out is replaced': { write: { 'file.txt': 'edited\n', 'folder/more.txt': 'edited\n' } },
      'outs are deleted': { remove: ['file.txt', 'folder', 'blank.txt'] },
      ...lockLost,
      'an input changes': { write: { 'in.txt': 'other\n' } },
    },
  },
  'links-symlink': {
    then: {
      ...again,
      'an out is replaced': { write: { 'file.txt': 'edited\n', 'folder/more.txt': 'edited\n' } },
      'outs are deleted': { remove: ['file.txt', 'folder', 'blank.txt'] },
      ...lockLost,
      'an input changes': { write: { 'in.txt': 'other\n' } },
    },
  },
  'list-multiline-cmd': {
    then: {
      ...again,
      'one line of a block changes': { replace: { 'dvc.yaml': [['last line', 'final line']] } },
      'a list of one becomes a string': {
        replace: { 'dvc.yaml': [['[echo single > single.txt]', 'echo single > single.txt']] },
      },
      ...lockLost,
    },
  },
  matrix: {
    then: {
      ...again,
      'a size is added': {
        replace: {
          'params.yaml': [['[1, 2]', '[1, 3, 2]']],
          'dvc.yaml': [['deps: [fit-1', 'deps: [fit-3-round.txt, fit-1']],
        },
      },
      ...lockLost,
    },
  },
  'metrics-plots': {
    then: {
      ...again,
      'a param changes': { write: { 'params.yaml': 'epochs: 4\n' } },
      'an uncached metric is deleted': { remove: ['metrics.json'] },
      'an uncached plot is edited': { write: { 'plots/images/curve.svg': 'edited\n' } },
      'the param is back': { write: { 'params.yaml': 'epochs: 3\n' } },
      ...lockLost,
    },
  },
  'odd-names': {
    then: {
      ...again,
      'outs are deleted': { remove: ['out put.txt', 'b[1]*?.txt', '!bang', 'null', 'a b/c/d e.txt'] },
      ...lockLost,
    },
  },
  'params-all-types': {
    then: {
      ...again,
      'a value changes its type and not its worth': { replace: { 'conf.json': [['"whole": 1.0', '"whole": 1']] } },
      'values change in every file': {
        replace: {
          'params.yaml': [['int: 3', 'int: 4']],
          'conf.toml': [['count = 1_000', 'count = 1001']],
          'conf.py': [['SEED = 42', 'SEED = 43']],
          'whole.yaml': [['a: 1', 'a: 1\nc: 3']],
        },
      },
      'only comments and layout change': { replace: { 'params.yaml': [['int: 4', '# a comment\nint:   4']] } },
      ...lockLost,
    },
  },
  'persist-nocache': {
    then: {
      ...again,
      'the input changes': { write: { 'start.txt': 'second\n' } },
      'uncached outs are deleted': { remove: ['loose.txt', 'both.txt'] },
      'a persisted out is deleted': { remove: ['journal.txt'] },
      ...lockLost,
    },
  },
  'run-cache': {
    sharesResults: true,
    then: {
      ...again,
      'both inputs change': { write: { 'a/in.txt': 'other\n', 'b/in.txt': 'other\n' } },
      'both are back': { write: { 'a/in.txt': 'same\n', 'b/in.txt': 'same\n' } },
      ...lockLost,
    },
  },
  'several-files-wdir': {
    args: ['-P'],
    // Three folders: in the order in which the file system lists them.
    anyOrder: true,
    then: {
      ...again,
      'the data changes': { write: { 'data/raw.txt': 'z\ny\n' } },
      'params of one folder change': { write: { 'train/params.yaml': 'rounds: 1\n' } },
      'one lock is deleted': { remove: ['data/dvc.lock'] },
    },
  },
  'vars-templates': {
    then: {
      ...again,
      'a variable that a command names changes': { replace: { 'params.yaml': [['deep: 30', 'deep: 31']] } },
      'a path changes': { replace: { 'settings.json': [['"work"', '"elsewhere"']] } },
    },
  },

  'checkout-and-commit': {
    fixture: 'directories',
    then: {
      ...again,
      'outs are checked out': { command: 'checkout', remove: ['parts', 'list.txt', 'out/tree/input/one.txt'] },
      'one out is checked out': { command: 'checkout', args: ['list.txt'], remove: ['list.txt', 'inside.txt'] },
      'the outs of one stage are checked out': { command: 'checkout', args: ['inside'] },
      'edited outs are put back': {
        command: 'checkout',
        args: ['--force'],
        write: { 'parts/b.txt': 'edited\n', 'list.txt': 'edited\n', 'out/tree/more.txt': 'more\n' },
      },
      'an edited out is committed': { command: 'commit', args: ['--force'], write: { 'parts/b.txt': 'kept\n' } },
      'a run after that': {},
      'one stage is committed': {
        command: 'commit',
        args: ['--force', 'list'],
        write: { 'list.txt': 'kept\n', 'above.txt': 'not kept\n' },
      },
      'a run after that one': {},
    },
  },
  'checkout-of-links': {
    fixture: 'links-hardlink',
    then: {
      ...again,
      'outs are checked out': { command: 'checkout', remove: ['file.txt', 'folder/sub', 'blank.txt'] },
      'edited outs are put back': {
        command: 'checkout',
        args: ['--force'],
        write: { 'file.txt': 'edited\n', 'folder/more.txt': 'edited\n' },
      },
    },
  },
  'git-above': {
    fixture: 'generated-gitignore',
    below: 'packages/model',
    then: { ...again, 'outs are deleted': { remove: ['data/left.txt', 'whole.txt'] }, ...lockLost },
  },
  'called-in-a-folder': {
    fixture: 'several-files-wdir',
    cwd: 'train',
    anyOrder: true,
    then: {
      ...again,
      'the data changes': { write: { 'data/raw.txt': 'z\ny\n' } },
      'a stage of another file': { args: ['../dvc.yaml:first'] },
      'a whole file': { args: ['../data/dvc.yaml'], remove: ['data/index.txt'] },
      'everything below a folder': { args: ['-R', '..'], remove: ['reports/eval.txt'] },
    },
  },
  'options-of-repro': {
    fixture: 'diamond',
    args: ['left'],
    then: {
      ...again,
      'the rest': { args: [] },
      'forced, one target with what it needs': { args: ['-f', 'right'] },
      'a single stage, forced': { args: ['-f', '-s', 'left'] },
      'single stages, the one above them being stale': {
        args: ['-s', 'join', 'right'],
        write: { 'numbers.txt': '5\n4\n' },
      },
      'what comes after a stage': { args: ['--downstream', 'top'] },
      'what comes after a stage that has changed': {
        args: ['--downstream', 'left'],
        write: { 'params.yaml': 'left:\n  add: 12\nright:\n  add: 21\n' },
      },
      'force what comes after whatever runs': { args: ['--force-downstream'] },
      'the whole pipeline of a stage': { args: ['-p', 'left'], remove: ['right.txt'] },
      'all pipelines': { args: ['-P'], remove: ['joined.txt'] },
      'stages by pattern': { args: ['--glob', '*t'], remove: ['left.txt', 'right.txt', 'joined.txt'] },
      'without the run cache, the lock being gone': { args: ['--no-run-cache'], remove: ['dvc.lock'] },
      'without the run cache, outs being gone': { args: ['--no-run-cache'], remove: ['left.txt'] },
      'without committing': { args: ['--no-commit'], write: { 'numbers.txt': '8\n9\n' } },
      'after a run without committing': { args: [] },
      'outs and cache are gone, and that is allowed': {
        args: ['--allow-missing'],
        remove: ['.dvc/cache/files', 'sorted.txt', 'left.txt', 'joined.txt'],
      },
      'one is needed after all': {
        args: ['--allow-missing', 'right'],
        write: { 'params.yaml': 'left:\n  add: 12\nright:\n  add: 22\n' },
        copy: { 'numbers.txt': 'sorted.txt' },
      },
      'everything comes back': { args: ['-k'] },
    },
  },
}
