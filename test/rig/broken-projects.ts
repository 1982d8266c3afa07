/** A project that cannot be run as it stands, and what is said of it. */
export interface BrokenProject {
  readonly files: Readonly<Record<string, string>>
  /** Arguments of the command. @default ['run', '-j2'] */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly code: string
  /** `file:line`, relative to the root; undefined where the problem is in no file. */
  readonly at: string | undefined
  readonly exitCode: number
  /** Part of the message. */
  readonly says: string
  /** The problem says nothing about the next step, for there is none to name. */
  readonly noHint?: boolean
  /** A stage starts, so that logs, outs and ignore lines may be left; otherwise not one byte changes. */
  readonly starts?: boolean
  /** Without `.dvc`. */
  readonly noRepository?: boolean
}

const good = 'stages:\n  good:\n    cmd: echo good > good.txt\n    outs: [good.txt]\n'

export const brokenProjects: Readonly<Record<string, BrokenProject>> = {
  // The file
  'YAML that does not parse': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: [echo\n  b: }\n' },
    code: 'YAML_INVALID',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'YAML',
  },
  'a tab as indentation': {
    files: { 'dvc.yaml': 'stages:\n\ta:\n\t\tcmd: echo\n' },
    code: 'YAML_INVALID',
    at: 'dvc.yaml:2',
    exitCode: 255,
    says: 'YAML',
  },
  'a key that stands twice': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo 1\n    cmd: echo 2\n' },
    code: 'YAML_DUPLICATE_KEY',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'cmd',
  },
  'a broken file beside a good one': {
    files: { 'dvc.yaml': good, 'sub/dvc.yaml': 'stages: [\n' },
    code: 'YAML_INVALID',
    at: 'sub/dvc.yaml:2',
    exitCode: 255,
    says: 'YAML',
  },

  // The schema
  'a stage without a command': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    deps: [x]\n' },
    code: 'SCHEMA_INVALID',
    at: 'dvc.yaml:2',
    exitCode: 255,
    says: 'cmd',
  },
  'a key that DVC does not know': {
    files: { 'dvc.yaml': `${good}    dep: [x]\n` },
    code: 'SCHEMA_INVALID',
    at: 'dvc.yaml:5',
    exitCode: 255,
    says: 'dep',
  },
  'text where a list belongs': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo\n    deps: one\n' },
    code: 'SCHEMA_INVALID',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'list',
  },
  'stages that are a list': {
    files: { 'dvc.yaml': 'stages:\n  - a\n' },
    code: 'SCHEMA_INVALID',
    at: 'dvc.yaml:2',
    exitCode: 255,
    says: 'stages',
  },
  'foreach without do': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    foreach: [1]\n' },
    code: 'SCHEMA_INVALID',
    at: 'dvc.yaml:2',
    exitCode: 255,
    says: 'do',
  },

  // Templates
  'a variable that nobody defines': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo ${nowhere}\n' },
    code: 'TEMPLATE_UNKNOWN_NAME',
    at: 'dvc.yaml:3',
    exitCode: 255,
    says: 'nowhere',
  },
  'an expression that does not parse': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo ${a..b}\n' },
    code: 'TEMPLATE_SYNTAX',
    at: 'dvc.yaml:3',
    exitCode: 255,
    says: 'a..b',
  },
  'a list inside text': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo ${list}\n', 'params.yaml': 'list: [1, 2]\n' },
    code: 'TEMPLATE_TYPE',
    at: 'dvc.yaml:3',
    exitCode: 255,
    says: 'list',
  },
  'a file of variables that is not there': {
    files: { 'dvc.yaml': `vars: [missing.yaml]\n${good}` },
    code: 'VARS_FILE_MISSING',
    at: 'dvc.yaml:1',
    exitCode: 255,
    says: 'missing.yaml',
  },
  'a variable that is defined twice': {
    files: { 'dvc.yaml': `vars:\n  - x: 1\n  - x: 2\n${good}` },
    code: 'VARS_REDEFINED',
    at: 'dvc.yaml:3',
    exitCode: 255,
    says: 'x',
  },
  'foreach over a number': {
    files: {
      'dvc.yaml': 'stages:\n  a:\n    foreach: ${n}\n    do:\n      cmd: echo ${item}\n',
      'params.yaml': 'n: 3\n',
    },
    code: 'FOREACH_DATA',
    at: 'dvc.yaml:3',
    exitCode: 255,
    says: 'list',
  },

  // The graph
  'two stages in a circle': {
    files: {
      'dvc.yaml':
        'stages:\n  a:\n    cmd: cp y x\n    deps: [y]\n    outs: [x]\n  b:\n    cmd: cp x y\n    deps: [x]\n    outs: [y]\n',
    },
    code: 'STAGE_CYCLE',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'a',
  },
  'a stage that reads its own out': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: touch x\n    deps: [x]\n    outs: [x]\n' },
    code: 'STAGE_CYCLE',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'a',
  },
  'one out of two stages': {
    files: { 'dvc.yaml': `${good}  twin:\n    cmd: echo > good.txt\n    outs:\n      - good.txt\n` },
    code: 'OUT_DUPLICATE',
    at: 'dvc.yaml:8',
    exitCode: 255,
    says: 'good.txt',
  },
  'an out inside another': {
    files: {
      'dvc.yaml': 'stages:\n  a:\n    cmd: mkdir d\n    outs: [d]\n  b:\n    cmd: echo > d/f\n    outs: [d/f]\n',
    },
    code: 'OUT_OVERLAP',
    at: 'dvc.yaml:7',
    exitCode: 255,
    says: 'd/f',
  },
  'a dvc.yaml inside an out': {
    // The other way round DVC would not look into the folder at all.
    files: {
      'a/dvc.yaml': good,
      'b/dvc.yaml': 'stages:\n  b:\n    cmd: echo\n    outs: [../a]\n',
      'dvc.yaml': good,
    },
    code: 'STAGE_FILE_IN_OUT',
    at: 'b/dvc.yaml:4',
    exitCode: 255,
    says: 'a/dvc.yaml',
  },
  'an out that .dvcignore hides': {
    files: { 'dvc.yaml': good, '.dvcignore': '*.txt\n' },
    code: 'OUT_IGNORED',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'good.txt',
  },

  // The lock and other files
  'a lock that does not parse': {
    files: { 'dvc.yaml': good, 'dvc.lock': 'stages: [\n' },
    code: 'YAML_INVALID',
    at: 'dvc.lock:2',
    exitCode: 255,
    says: 'YAML',
  },
  'a lock with an entry of the wrong shape': {
    files: { 'dvc.yaml': good, 'dvc.lock': "schema: '2.0'\nstages:\n  good:\n    deps: []\n" },
    code: 'LOCK_ENTRY_INVALID',
    at: 'dvc.lock:3',
    exitCode: 255,
    says: 'cmd',
  },
  'an empty lock': {
    files: { 'dvc.yaml': good, 'dvc.lock': '' },
    code: 'LOCK_VERSION_INVALID',
    at: 'dvc.lock:1',
    exitCode: 255,
    says: 'is empty',
  },
  'a .dvc file of the wrong shape': {
    files: { 'dvc.yaml': good, 'data.dvc': 'outs:\n- md5: 123\n' },
    code: 'DATA_FILE_INVALID',
    at: 'data.dvc:2',
    exitCode: 255,
    says: 'path',
  },
  'params.yaml that does not parse': {
    files: { 'dvc.yaml': good, 'params.yaml': 'a: [1\nb: 2\n' },
    code: 'YAML_INVALID',
    at: 'params.yaml:2',
    exitCode: 255,
    says: 'YAML',
  },
  'a config that does not parse': {
    files: { 'dvc.yaml': good, '.dvc/config': '[core\nremote = x\n' },
    code: 'CONFIG_SYNTAX',
    at: '.dvc/config:1',
    exitCode: 251,
    says: 'core',
  },
  'a config option that DVC does not know': {
    files: { 'dvc.yaml': good, '.dvc/config': '[core]\n    autostag = true\n' },
    code: 'CONFIG_UNKNOWN_KEY',
    at: '.dvc/config:2',
    exitCode: 251,
    says: 'autostag',
  },

  // The command line
  'a target that does not exist': {
    files: { 'dvc.yaml': good },
    args: ['run', 'god'],
    code: 'STAGE_NOT_FOUND',
    at: undefined,
    exitCode: 255,
    says: 'god',
  },
  'a folder without DVC': {
    files: { 'dvc.yaml': good },
    noRepository: true,
    code: 'NOT_A_REPOSITORY',
    at: undefined,
    exitCode: 253,
    says: 'DVC',
  },
  'a folder without a dvc.yaml': {
    files: { 'sub/dvc.yaml': good },
    code: 'NO_PIPELINE_HERE',
    at: undefined,
    exitCode: 255,
    says: 'dvc.yaml',
  },

  // The run
  'a dep that nobody makes': {
    files: {
      'dvc.yaml': `${good}  late:\n    cmd: cat nowhere > late.txt\n    deps:\n      - nowhere\n    outs: [late.txt]\n`,
      'late.txt': 'old\n',
    },
    args: ['run', 'late'],
    code: 'DEP_MISSING',
    at: 'dvc.yaml:8',
    exitCode: 255,
    says: 'nowhere',
  },
  'a command that fails': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd:\n      - echo begun\n      - exit 3\n    outs: [x]\n' },
    code: 'COMMAND_FAILED',
    at: 'dvc.yaml:2',
    exitCode: 1,
    says: 'exit 3',
    starts: true,
  },
  'a command that does not write its out': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    cmd: echo nothing\n    outs:\n      - x\n' },
    code: 'OUT_MISSING',
    at: 'dvc.yaml:5',
    exitCode: 1,
    says: 'x',
    starts: true,
  },
  'a param that is not there': {
    files: {
      'dvc.yaml': 'stages:\n  a:\n    cmd: echo > x\n    params: [absent]\n    outs: [x]\n',
      'params.yaml': 'present: 1\n',
    },
    code: 'PARAM_MISSING',
    at: 'dvc.yaml:4',
    exitCode: 255,
    says: 'absent',
  },
  'a shell that is not there': {
    files: { 'dvc.yaml': good },
    env: { SHELL: '/nowhere/bin/sh' },
    code: 'SHELL_MISSING',
    at: 'dvc.yaml:2',
    exitCode: 1,
    says: '/nowhere/bin/sh',
    starts: true,
  },
  'a working directory that is not there': {
    files: { 'dvc.yaml': 'stages:\n  a:\n    wdir: nowhere\n    cmd: echo\n' },
    code: 'WDIR_MISSING',
    at: 'dvc.yaml:2',
    exitCode: 255,
    says: 'nowhere',
  },
  'an out that git tracks': {
    files: { 'dvc.yaml': good, 'good.txt': 'in git\n' },
    code: 'OUT_TRACKED_BY_GIT',
    at: 'dvc.yaml:4',
    exitCode: 1,
    says: 'good.txt',
    starts: true,
  },
}
