import { expect } from 'vitest'
import { readDvcConfig } from '../../src/project/config/read-dvc-config.ts'
import { openIgnoreRules } from '../../src/project/ignore/ignore-rules.ts'
import { findParam } from '../../src/project/params/find-param.ts'
import { readParams } from '../../src/project/params/read-params.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openTempFolder } from '../rig/temp-folder.ts'

const atoms = ['a', 'b', 'ab', '*', '**', '?', '*.txt', '[ab]', '[!a]', 'a b', 'é', 'a?', 'd', '.h']

/** Pattern `index` of a fixed pseudo-random sequence. */
function pattern(index: number): string {
  let state = (index + 1) * 2654435761
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0
    return state % below
  }
  const body = Array.from({ length: 1 + next(3) }, () => atoms[next(atoms.length)]).join('/')
  return `${next(4) === 0 ? '!' : ''}${next(4) === 0 ? '/' : ''}${body}${next(4) === 0 ? '/' : ''}`
}

const places = [
  'a',
  'b',
  'ab',
  'x.txt',
  'a/b',
  'a/x.txt',
  'a/b/ab',
  'd',
  'd/a',
  'd/a/b',
  'd/a b',
  'd/é',
  'd/.h/a',
  'd/.h/b.txt',
]

liveTest('ignore rules are DVC’s for hundreds of pattern sets', (dvc) => {
  const sets = Array.from({ length: 300 }, (_, i) => ({
    root: [0, 1, 2]
      .slice(0, 1 + (i % 3))
      .map((k) => pattern(5 * i + k))
      .join('\n'),
    nested: i % 2 === 0 ? [3, 4].map((k) => pattern(5 * i + k)).join('\n') : '',
  }))
  using folder = openTempFolder()
  for (const [i, { root, nested }] of sets.entries()) {
    folder.write(`${i}/.dvcignore`, root)
    folder.write(`${i}/d/.dvcignore`, nested)
  }
  const roots = sets.map((_, i) => folder.at(String(i)))
  const expected = askDvc<boolean[][]>(
    dvc,
    `
from dvc.ignore import DvcIgnoreFilter
from dvc.fs import localfs
def ask(root):
    rules = DvcIgnoreFilter(localfs, root)
    paths = [f"{root}/{place}" for place in data["places"]]
    return [rules.is_ignored_file(p) for p in paths] + [rules.is_ignored_dir(p) for p in paths]
result = [ask(root) for root in data["roots"]]`,
    { roots, places },
  )
  const ours = roots.map((root) => {
    const rules = openIgnoreRules(root)
    return [false, true].flatMap((isDirectory) =>
      places.map((place) => rules.isIgnored(`${root}/${place}`, isDirectory)),
    )
  })
  expect(ours.flatMap((answers, i) => (String(answers) === String(expected[i]) ? [] : [sets[i]]))).toEqual([])
})

const files: Readonly<Record<string, string>> = {
  'p.json': '{"a": {"b": [1, 2.0, {"c": null}], "": 0}, "1": true, "big": 12345678901234567890}',
  'p.toml': 'z = 1\n10 = 2\na.b = [1, {"9" = 1.5, 8 = "x"}]\n[t]\nx = """\nmulti\n"""\n',
  'p.py':
    'A = 1\nclass K:\n    b = {"c": [1, 2.5, None]}\n    def __init__(self):\n        self.d = "x" "y"\nE = f()\n',
  'p.v1.json': '{"a": 1}',
  'p.yaml': 'a: {b: [1, 2.0, {c: null}]}\n1: true\nlr: 1e-3\n',
}

// Typed, so that 1, 1.0 and true are told apart.
const show =
  'show = lambda v: [type(v).__name__, [[show(k), show(x)] for k, x in v.items()] if isinstance(v, dict) else [show(x) for x in v] if isinstance(v, list) else str(v)]'

function typed(value: unknown): unknown {
  if (value instanceof Map) return ['dict', [...value].map(([key, entry]) => [typed(key), typed(entry)])]
  if (Array.isArray(value)) return ['list', value.map(typed)]
  if (value === null) return ['NoneType', 'None']
  if (typeof value === 'boolean') return ['bool', value ? 'True' : 'False']
  if (typeof value === 'bigint') return ['int', String(value)]
  if (typeof value === 'number') return ['float', Number.isInteger(value) ? `${value}.0` : String(value)]
  return ['str', value]
}

liveTest('parameters files are read as DVC reads them', (dvc) => {
  using folder = openTempFolder(files)
  const names = Object.keys(files)
  const expected = askDvc(
    dvc,
    `
from dvc.utils.serialize import load_path
from dvc.fs import localfs
${show}
result = [show(load_path(path, localfs)) for path in data]`,
    names.map((name) => folder.at(name)),
  )
  const ours = names.map((name) => {
    const result = readParams(files[name]!, name)
    return result.ok ? typed(result.value) : result.problems
  })
  expect(ours).toEqual(expected)
})

liveTest('keys are looked up as DVC does', (dvc) => {
  const text = '{"lr": 0.1, "lrs": [1, 2, {"c": 3}], "t": {"a.b": 1, "a": {"b": 2}, "c": 4}, "1": 5}'
  const keys = [
    'lr',
    'lr*',
    '.lr',
    'lrs.-1.c',
    'lrs.01',
    'lrs.1_0',
    '**.b',
    '**.c',
    't.a.b',
    't.?.b',
    '*.c',
    '1',
    '[l]r',
    'x',
    '',
    '/',
    't.**',
    'lr.',
  ]
  const expected = askDvc(
    dvc,
    `
import dpath
${show}
def find(key):
    try: return ["one", show(dpath.get(json.loads(data["text"]), key, separator="."))]
    except KeyError: return ["none"]
    except ValueError: return ["many"]
result = [find(key) for key in data["keys"]]`,
    { text, keys },
  )
  const document = readParams(text, 'p.json')
  const ours = keys.map((key) => {
    const found = findParam(document.ok ? document.value : null, key)
    return found.found === 'one' ? ['one', typed(found.value)] : [found.found]
  })
  expect(ours).toEqual(expected)
})

const configs = [
  '',
  '[core]\nremote = Up\nno_scm = TRUE # c\n[\'remote "Up"\']\n    url = ../store\n',
  '[cache]\ndir = "~/a, b"\ntype = hardlink, symlink\nshared = GROUP\n',
  '[core]\nautostage = yes\n',
  '[\'remote "r"\']\nurl = s3://b/p\nuser = x\n',
  '[core]\n; x\n',
  "[cache]\ndir = '''x\ny'''\n",
  '[core]\nremote = %(a)s\n',
  '[parsing]\nbool = boolean_optional\nlist = append\n[feature]\nx = 1\n',
  '[nope]\na = 1\n',
]

liveTest('config files are read, or refused, as DVC does', (dvc) => {
  using folder = openTempFolder()
  for (const [i, text] of configs.entries()) folder.write(`${i}/.dvc/config`, text)
  const roots = configs.map((_, i) => folder.at(String(i)))
  const env = {
    HOME: folder.at('home'),
    DVC_SYSTEM_CONFIG_DIR: folder.at('none'),
    DVC_GLOBAL_CONFIG_DIR: folder.at('none'),
  }
  const expected = askDvc(
    dvc,
    `
import os
from os.path import normpath
from dvc.config import Config
os.environ.update(data["env"])
def read(root):
    try: c = Config(root + "/.dvc")
    except Exception: return None
    types = c["cache"].get("type") or ["reflink", "copy"]
    remotes = {name: normpath(r["url"]) for name, r in c["remote"].items()}
    cache = normpath(c["cache"].get("dir") or root + "/.dvc/cache")
    return [c["core"]["no_scm"], c["core"]["autostage"], c["core"].get("remote"), cache, types,
            c["cache"].get("shared"), c["parsing"].get("bool", "store_true"), c["parsing"].get("list", "nargs"), remotes]
result = [read(root) for root in data["roots"]]`,
    { roots, env },
  )
  const ours = roots.map((root) => {
    const result = readDvcConfig(root, env)
    if (!result.ok) return null
    const { noScm, autostage, defaultRemote, cacheDir, cacheTypes, cacheShared, parsing, remotes } = result.value
    const urls = Object.fromEntries([...remotes].map(([name, remote]) => [name, remote.get('url')]))
    return [
      noScm,
      autostage,
      defaultRemote ?? null,
      cacheDir,
      cacheTypes,
      cacheShared ?? null,
      parsing.bool,
      parsing.list,
      urls,
    ]
  })
  expect(ours).toEqual(expected)
})
