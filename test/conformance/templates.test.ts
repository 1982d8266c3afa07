import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { loadProject } from '../../src/model/load-project.ts'
import type { Stage } from '../../src/model/stage.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { liveTest } from '../rig/live-dvc.ts'
import { openTempFolder, type TempFolder } from '../rig/temp-folder.ts'

/** What is made of one dvc.yaml: `null` if it is refused as a whole, else by name the stage, or `null` if it is refused. */
type Outcome = Readonly<Record<string, StageOutcome | null>> | null

interface StageOutcome {
  readonly cmd: unknown
  readonly wdir: string
  readonly deps: readonly string[]
  readonly params: readonly (readonly [string, readonly string[]])[]
  readonly outs: readonly (readonly [path: string, target: string, cache: boolean, persist: boolean, push: boolean])[]
  readonly frozen: boolean
}

const script = `
import os
from dvc.repo import Repo
from dvc.dvcfile import load_file
from dvc.dependency.param import ParamsDependency
def describe(s):
    if not (s.cmd is None or isinstance(s.cmd, str) or isinstance(s.cmd, list) and all(isinstance(c, str) for c in s.cmd)):
        return None
    return dict(cmd=s.cmd, wdir=s.wdir, frozen=s.frozen,
        deps=[d.def_path for d in s.deps if not isinstance(d, ParamsDependency)],
        params=[[d.def_path, d.params] for d in s.deps if isinstance(d, ParamsDependency)],
        outs=[[o.def_path, o.fs_path, o.use_cache, o.persist, o.can_push] for o in s.outs])
def stage(stages, name):
    try:
        return describe(stages[name])
    except Exception:
        return None
def load(root):
    os.chdir(root)
    try:
        file = load_file(Repo(root), root + '/dvc.yaml')
        found = {name: stage(file.stages, name) for name in file.stages}
        for section in ('metrics', 'plots', 'params', 'artifacts', 'datasets'):
            getattr(file, section)
        return found
    except Exception:
        return None
result = [load(root) for root in data]
`

interface Ours {
  readonly stages: Readonly<Record<string, StageOutcome>>
  readonly isRefused: boolean
}

async function loadOurs(root: string): Promise<Ours> {
  const project = await loadProject({ root, env: { HOME: root } })
  if (!project.ok) return { stages: {}, isRefused: true }
  const { stages, problems } = project.value
  const pipeline = stages.filter(({ kind }) => kind === 'pipeline')
  return {
    stages: Object.fromEntries(pipeline.map((stage) => [stage.name, describe(stage)])),
    isRefused: problems.some(({ severity }) => severity === 'error'),
  }
}

function describe({ cmd, wdir, deps, outs, frozen }: Stage): StageOutcome {
  return {
    cmd: cmd ?? null,
    wdir,
    frozen,
    deps: deps.flatMap((dep) => (dep.kind === 'params' ? [] : [dep.path])),
    params: deps.flatMap((dep) => (dep.kind === 'params' ? [[dep.path, dep.keys] as const] : [])),
    outs: outs.map(({ path, target, cache, persist, push }) => [path, target, cache, persist, push]),
  }
}

/** Compares what DVC and we make of many projects; each is a map of files. */
async function compare(dvc: string, projects: readonly Readonly<Record<string, string>>[]): Promise<void> {
  using folder = openTempFolder()
  const roots = projects.map((files, index) => writeProject(folder, `p${index}`, files))
  const expected = askDvc<readonly Outcome[]>(dvc, script, roots)
  for (const [index, root] of roots.entries()) {
    const found = await loadOurs(root)
    const files = projects[index]
    expect({ files, ...found }).toEqual({ files, ...wanted(expected[index] ?? null, found) })
  }
}

// What DVC refuses as a whole may be refused in part.
function wanted(theirs: Outcome, found: Ours): Ours {
  if (theirs === null) return { stages: found.stages, isRefused: true }
  const entries = Object.entries(theirs)
  const resolved = entries.filter((entry): entry is [string, StageOutcome] => entry[1] !== null)
  return { stages: Object.fromEntries(resolved), isRefused: resolved.length < entries.length }
}

function writeProject(folder: TempFolder, name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries({ '.dvc/config': '[core]\nno_scm = true\n', ...files })) {
    folder.write(`${name}/${path}`, text)
  }
  return folder.at(name)
}

const params = `
a: 1
b: true
f: 1.0
g: 1e-5
h: 1e16
n: null
s: text
e: ''
q: it's
c: \\\${q}
list: [1, a b, true, null, 1.5]
mixed: [1, {x: 2}]
flags: [true, false, 3]
nested: [[1], [2]]
d: {i: 1, f: 1.0, t: true, no: false, n: null, sp: a b, q: it's, e: "", l: [1, a b, true], deep: {z: 1}, em: {}}
bad: {l: [[1]]}
m: {us: {t: 10, n: A}, gb: {t: 15, n: B}}
1: one
"a.b": dot
`

/** The cases under a heading of template-cases.txt. */
function casesOf(heading: string): readonly string[] {
  const sections = readFileSync(join(import.meta.dirname, 'template-cases.txt'), 'utf8').split(/^## /m)
  const section = sections.find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`There are no cases under ${heading}`)
  return section
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
}

const otherFiles = {
  'params.yaml': params,
  'v.yaml': 'x: 1\ny: 2\n',
  'sub/v.yaml': 'vv: 5\n',
  'list.yaml': '- 1\n',
  'empty.yaml': '',
  'broken.yaml': 'p: [',
  'date.yaml': 'dd: {x: [2020-01-01]}\n',
  'v.json': '{"jj": 1.50, "big": 123456789012345678901}',
  'v.toml': 'jj = 1.5\n[t]\nx = true\n',
  'v.py': 'jj = 1e3\nclass K:\n  x = "y"\n',
}

function projectOf(dvcYaml: string): Readonly<Record<string, string>> {
  return { ...otherFiles, 'dvc.yaml': dvcYaml }
}

liveTest('expressions and fields come out as in DVC', async (dvc) => {
  const stages = [
    ...casesOf('values of `cmd`').map((command) => `{cmd: ${JSON.stringify(command)}}`),
    ...casesOf('other fields of a stage').map((field) => `{cmd: x, ${field}}`),
  ]
  await compare(dvc, [projectOf(`stages:\n${stages.map((stage, index) => `  s${index}: ${stage}\n`).join('')}`)])
})

liveTest('families and vars come out as in DVC', async (dvc) => {
  const probe = 'cmd: "x ${item}", deps: ["${item}x"]'
  const foreachData = casesOf('data of `foreach`')
  await compare(dvc, [
    ...foreachData.map((data) => projectOf(`stages: {s: {foreach: ${data}, do: {${probe}}}, t: {cmd: x}}`)),
    ...foreachData.map((data) => projectOf(`stages: {s: {foreach: ${data}, do: {cmd: "x \${key}"}}, t: {cmd: x}}`)),
    ...casesOf('data of `matrix`').map((data) =>
      projectOf(`stages: {s: {matrix: ${data}, cmd: "x \${item} \${key}"}, t: {cmd: x}}`),
    ),
    ...casesOf('`vars` of a file').map((items) =>
      projectOf(`vars: ${items}\nstages: {s: {cmd: "x \${a}"}, t: {cmd: "x \${x} \${jj} \${z}"}}`),
    ),
  ])
})
