import { expect, test } from 'vitest'
import { openTempFolder, type TempFolder } from '../../../test/rig/temp-folder.ts'
import type { Problem } from '../../base/problem.ts'
import type { DvcConfig } from '../dvc-config.ts'
import { readDvcConfig } from './read-dvc-config.ts'

function environment(folder: TempFolder): NodeJS.ProcessEnv {
  return {
    HOME: folder.at('home'),
    DVC_SYSTEM_CONFIG_DIR: folder.at('system'),
    DVC_GLOBAL_CONFIG_DIR: folder.at('global'),
  }
}

function read(text: string, files: Readonly<Record<string, string>> = {}): { config: DvcConfig; root: string } {
  using folder = openTempFolder({ '.dvc/config': text, ...files })
  const result = readDvcConfig(folder.path, environment(folder))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return { config: result.value, root: folder.path }
}

function faults(text: string, files: Readonly<Record<string, string>> = {}): readonly Problem[] {
  using folder = openTempFolder({ '.dvc/config': text, ...files })
  const result = readDvcConfig(folder.path, environment(folder))
  return result.ok ? [] : result.problems
}

test('without any file DVC’s defaults hold', () => {
  using folder = openTempFolder({ '.dvc/': '' })
  expect(readDvcConfig(folder.path, environment(folder))).toEqual({
    ok: true,
    value: {
      noScm: false,
      autostage: false,
      hardlinkLock: false,
      interactive: false,
      defaultRemote: undefined,
      cacheDir: folder.at('.dvc/cache'),
      cacheTypes: ['reflink', 'copy'],
      cacheShared: undefined,
      parsing: { bool: 'store_true', list: 'nargs' },
      remotes: new Map(),
    },
  })
})

test('reads every setting a runner needs', () => {
  const { config, root } = read(`
[core]
    remote = Up   # names are in lower case
    no_scm = TRUE
    autostage = true
    interactive = "true"
    hardlink_lock = true
[CACHE]
    dir = ../../cache
    Type = hardlink, symlink
    shared = Group
[parsing]
    bool = boolean_optional
    list = append
['remote "Up"']
    url = ../store
[remote "s3"]
    url = s3://bucket/path
    endpointurl = "http://localhost:9000"
`)
  expect(config).toMatchObject({
    noScm: true,
    autostage: true,
    interactive: true,
    hardlinkLock: true,
    defaultRemote: 'up',
  })
  expect(config).toMatchObject({
    cacheDir: `${root.slice(0, root.lastIndexOf('/'))}/cache`,
    cacheTypes: ['hardlink', 'symlink'],
  })
  expect(config).toMatchObject({ cacheShared: 'group', parsing: { bool: 'boolean_optional', list: 'append' } })
  expect(config.remotes.get('up')?.get('url')).toBe(`${root}/store`)
  expect(config.remotes.get('s3')).toEqual(
    new Map([
      ['url', 's3://bucket/path'],
      ['endpointurl', 'http://localhost:9000'],
    ]),
  )
})

test('later levels overrule earlier ones key by key, each with paths of its own', () => {
  const { config, root } = read('[core]\nremote = repo\n[\'remote "repo"\']\nurl = x\n', {
    'system/config': '[core]\nautostage = true\nremote = system\n',
    'global/config': '[cache]\ndir = store\ntype = symlink\n[core]\nremote = global\n',
    '.dvc/config.local': '[cache]\ntype = copy\n',
  })
  expect(config).toMatchObject({
    autostage: true,
    defaultRemote: 'repo',
    cacheDir: `${root}/global/store`,
    cacheTypes: ['copy'],
  })
})

test('the global file is found by XDG_CONFIG_HOME, else under the home folder', () => {
  using folder = openTempFolder({ '.dvc/': '', 'xdg/dvc/config': '[core]\nremote = xdg\n' })
  const env = { HOME: folder.at('home'), XDG_CONFIG_DIRS: folder.at('none'), XDG_CONFIG_HOME: folder.at('xdg') }
  expect(readDvcConfig(folder.path, env)).toMatchObject({ value: { defaultRemote: 'xdg' } })
})

test('a tilde is the home folder, URLs and absolute paths stay', () => {
  const urls = ['~/store', '/abs/../x', 'ssh://host/path', 'a b']
  const { config, root } = read(urls.map((url, i) => `['remote "${i}"']\nurl = ${url}\n`).join(''))
  expect([...config.remotes.values()].map((remote) => remote.get('url'))).toEqual([
    `${root}/home/store`,
    '/abs/../x',
    'ssh://host/path',
    `${root}/.dvc/a b`,
  ])
})

test.each([
  ['"a, b # c"', 'a, b # c'],
  ['\'a "b"\'', 'a "b"'],
  ['a b # c', 'a b'],
  ['a;b', 'a;b'],
  ['', ''],
  ["'''one'''  # c", 'one'],
  ["'''one\ntwo'''", 'one\ntwo'],
  ['"""x\n\'y\'"""', "x\n'y'"],
  ['%(user)s!', 'me!'],
  ['50%', '50%'],
])('the value %j reads %j', (written, value) => {
  const { config } = read(`['remote "r"']\nurl = ssh://h/p\nuser = me\npassword = ${written}\n`)
  expect(config.remotes.get('r')?.get('password')).toBe(value)
})

test.each<readonly [text: string, code: string, line: number]>([
  ['[core\n', 'CONFIG_SYNTAX', 1],
  ['[core]\nautostage\n', 'CONFIG_SYNTAX', 2],
  ['[core]\n; comment\n', 'CONFIG_SYNTAX', 2],
  ['[core]\nremote = "a\n', 'CONFIG_SYNTAX', 2],
  ["[core]\nremote = '''a\n\nb\n", 'CONFIG_SYNTAX', 2],
  ['[[core]]\n', 'CONFIG_SYNTAX', 1],
  ['[core]\n[cache]\n[core]\n', 'CONFIG_DUPLICATE', 3],
  ['[core]\nremote = a\nremote = b\n', 'CONFIG_DUPLICATE', 3],
  ['[core]\nremote = %(x)s\n', 'CONFIG_INTERPOLATION', 2],
  ['[core]\nremote = %(remote)s\n', 'CONFIG_INTERPOLATION', 2],
  ['\n[kore]\n', 'CONFIG_UNKNOWN_KEY', 2],
  ['[core]\nautostge = true\n', 'CONFIG_UNKNOWN_KEY', 2],
  ['[core]\nautostage = yes\n', 'CONFIG_INVALID', 2],
  ['[core]\nchecksum_jobs = 0\n', 'CONFIG_INVALID', 2],
  ['[cache]\ntype = reflink, bogus\n', 'CONFIG_INVALID', 2],
  ['[cache]\ndir = /a, b\n', 'CONFIG_INVALID', 2],
  ['[cache]\nshared = all\n', 'CONFIG_INVALID', 2],
  ['[\'remote "r"\']\njobs = 2\n', 'CONFIG_INVALID', 1],
  ['[\'remote "r"\']\nurl = ftp://host/x\n', 'CONFIG_INVALID', 2],
  ['[\'remote "r"\']\nurl = s3://b\nuser = me\n', 'CONFIG_UNKNOWN_KEY', 3],
  ['remote = x\n', 'CONFIG_INVALID', 1],
  ['[hydra]\nconfig_dir = a\nconfig_module = b\n', 'CONFIG_INVALID', 3],
])('%j is refused with %s at line %i', (text, code, line) => {
  expect(faults(text)).toMatchObject([{ code, severity: 'error', at: { file: '.dvc/config', line } }])
})

test('all faults of all levels are told, each with its file', () => {
  const problems = faults('[core]\nautostage = 1\n[x]\n', { '.dvc/config.local': '[cache]\n    type = x\n' })
  expect(problems.map(({ at }) => [at?.file, at?.line, at?.column])).toEqual([
    ['.dvc/config', 2, 1],
    ['.dvc/config', 3, 1],
    ['.dvc/config.local', 2, 5],
  ])
})

test('a slip is met with the nearest known name', () => {
  expect(faults('[core]\nautostge = true\n')[0]?.hint).toBe('Did you mean `autostage`?')
})

test('unknown experimental features are passed over', () => {
  expect(faults('[feature]\nnew = 1\n')).toEqual([])
})

test('names of objects’ own properties are no options', () => {
  expect(faults('[constructor]\n[core]\ntoString = 1\n__proto__ = 2\n').map(({ code }) => code)).toEqual([
    'CONFIG_UNKNOWN_KEY',
    'CONFIG_UNKNOWN_KEY',
    'CONFIG_UNKNOWN_KEY',
  ])
})

test('replacements that multiply are refused instead of followed', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `k${i} = %(k${i + 1})s%(k${i + 1})s`)
  expect(faults(`[core]\n${lines.join('\n')}\nk40 = \n`)[0]).toMatchObject({ code: 'CONFIG_INTERPOLATION' })
})

test('a file that is no text is a problem', () => {
  using folder = openTempFolder({ '.dvc/config': new Uint8Array([0xff]) })
  expect(readDvcConfig(folder.path, environment(folder))).toMatchObject({ problems: [{ code: 'CONFIG_UNREADABLE' }] })
})
