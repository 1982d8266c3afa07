import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { kindOfPath } from '../../src/base/file-kind.ts'
import { addressFrom } from '../../src/model/address.ts'
import { loadProject } from '../../src/model/load-project.ts'
import { selectData } from '../../src/model/select-data.ts'
import { selectStages } from '../../src/model/select-stages.ts'
import { buildStageGraph, cutFrozen } from '../../src/model/stage-graph.ts'
import { projectStatus, toDvcStatus } from '../../src/plan/project-status.ts'
import { isChanged } from '../../src/plan/is-changed.ts'
import { askDvc } from '../rig/ask-dvc.ts'
import { type DvcProject, openDvcProject } from '../rig/dvc-project.ts'
import { liveTest } from '../rig/live-dvc.ts'

const pipeline = `
stages:
  a:
    cmd: cp in.txt a.txt; mkdir -p dd; cp in.txt dd/x; cp in.txt dd/y
    deps: [in.txt, data]
    params: [lr, n.k, other.json: [b, z], whole.yaml: , t.py: [T, L]]
    outs: [a.txt, dd]
  b:
    cmd: cat a.txt dd/x > b.txt; echo '{}' > m.json
    deps: [a.txt, dd/x, ./in.txt]
    outs: [b.txt: {persist: true}]
    metrics: [m.json: {cache: false}]
  c: {cmd: ["echo 1 > c.txt", "true"], deps: [dd], outs: [c.txt]}
  d: {cmd: echo d > d.txt, outs: [d.txt], always_changed: true}
  e: {cmd: "true"}
  c.txt: {cmd: "true"}
  f: {cmd: "true", deps: [b.txt], params: [./whole.yaml: [w]]}
  fam:
    foreach: [x, y]
    do: {cmd: "echo \${item} > fam-\${item}", outs: ["fam-\${item}"]}
`

const files: Readonly<Record<string, string>> = {
  'dvc.yaml': pipeline,
  'sub/dvc.yaml':
    'stages:\n  s: {cmd: cp ../b.txt s.txt, deps: [../b.txt], params: [../params.yaml: [lr]], outs: [s.txt]}\n',
  'in.txt': 'one\ntwo\n',
  'params.yaml': 'lr: 1\nn: {k: [1, 2.0]}\n',
  'other.json': '{"b": 1, "z": null, "q": 2}',
  'whole.yaml': 'w: 1\nv: {a: true}\n',
  't.py': 'T = (1, 2)\nL = [1]\n',
  'data/1': '1',
  'data/deep/2': '2',
}

type Change = (project: DvcProject) => void

function write(path: string, edit: string | ((text: string) => string)): Change {
  return ({ root }) => {
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, typeof edit === 'string' ? edit : edit(readFileSync(target, 'utf8')))
  }
}

function remove(path: string): Change {
  return ({ root }) => rmSync(join(root, path), { recursive: true })
}

const changes: Readonly<Record<string, readonly Change[]>> = {
  nothing: [],
  'a dep, and line ends': [write('in.txt', 'one\r\ntwo\r\n')],
  'a dep that is gone': [remove('in.txt')],
  'data of dvc add': [write('data/3', '3')],
  'params of all files': [
    write('params.yaml', 'lr: 1.0\nn: {k: [true, 3]}\n'),
    write('other.json', '{"b": 1.5}'),
    write('whole.yaml', 'v: {a: 1}\nx: 3\n'),
    write('t.py', 'T = [1, 2]\nL = (1,)\n'),
  ],
  'params files that are gone': [remove('params.yaml'), remove('whole.yaml')],
  'outs that are gone': [remove('a.txt'), remove('dd/y'), remove('m.json')],
  'outs by hand': [write('dd/z', 'z'), write('b.txt', 'zzz')],
  'an empty cache': [remove('.dvc/cache/files')],
  'no lock': [remove('dvc.lock')],
  'no lock entry': [write('dvc.lock', (text) => text.replace('  b:\n', '  other:\n'))],
  'hashes of DVC 2.x': [
    write('dvc.lock', (text) => text.replaceAll('      hash: md5\n', '')),
    write('in.txt', 'one\r\ntwo\r\n'),
  ],
  'another command': [write('dvc.yaml', (text) => text.replace('{cmd: "true", deps', '{cmd: "true #", deps'))],
  'a frozen stage': [
    write('dvc.yaml', (text) => text.replace('outs: [c.txt]}', 'outs: [c.txt], frozen: true}')),
    remove('dd'),
  ],
  'more deps and fewer': [
    write('dvc.yaml', (text) =>
      text.replace('deps: [b.txt]', 'deps: [b.txt, t.py]').replace('deps: [in.txt, data]', 'deps: [data]'),
    ),
  ],
  'hidden files': [write('.dvcignore', 'data/3\ndd/z\n'), write('data/3', '3'), write('dd/z', 'z')],
  'an executable dep': [({ root }) => chmodSync(join(root, 'in.txt'), 0o755)],
}

async function openPipeline(dvc: string): Promise<DvcProject> {
  const project = await openDvcProject(dvc)
  for (const [path, text] of Object.entries(files)) write(path, text)(project)
  await project.forkedDvc('add', '-q', 'data')
  await project.forkedDvc('repro', '-q', '-P')
  return project
}

const verdicts = `
from dvc.repo import Repo, lock_repo
from dvc.repo.reproduce import get_active_graph
repo = Repo('.')
graph = get_active_graph(repo.index.graph)
result = {}
with lock_repo(repo):
    for stage in graph:
        upstream = list(graph.successors(stage))
        result[stage.addressing] = [bool(stage.changed(missing, upstream)) for missing in (False, True)]
`

liveTest('status and verdicts are DVC’s after all sorts of changes', async (dvc) => {
  await using fresh = await openPipeline(dvc)
  for (const [name, steps] of Object.entries(changes)) {
    await using project = await fresh.copy()
    for (const step of steps) step(project)
    const { root } = project
    const loaded = await loadProject({ root, env: project.env })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    await using workspace = await project.openWorkspace()
    const { stages, records } = loaded.value
    const reports = await projectStatus(
      loaded.value,
      workspace,
      stages.map((stage) => ({ stage })),
    )
    for (const cwd of [root, join(root, 'sub')]) {
      const theirs: unknown = JSON.parse(await project.forkedDvc('--cd', cwd, 'status', '--json'))
      expect({ name, cwd, status: toDvcStatus(reports, { root, cwd }) }).toEqual({ name, cwd, status: theirs })
    }
    const graph = cutFrozen(buildStageGraph(stages))
    const ours = reports.map(({ stage, status }, index) => {
      const producers = graph.producers[index]!.map((producer) => stages[producer]!)
      const both = [false, true].map(
        (allowMissing) => status.ok && isChanged(status.value, { allowMissing, producers, records }),
      )
      return [addressFrom(stage, root, root), both]
    })
    expect({ name, changed: Object.fromEntries(ours) }).toEqual({ name, changed: askDvc(dvc, verdicts, {}, root) })
  }
})

const targets: readonly string[] = (
  'a fam fam@x fam@z dvc.yaml ./dvc.yaml:a :a dvc.yaml: s sub/dvc.yaml sub/dvc.yaml:s sub/dvc.yaml:t ../dvc.yaml:fam ' +
  'data data.dvc data/1 dd dd/x sub sub/ . b.txt c.txt in.txt nope nope.dvc dvc.lock ' +
  'f* sub/dvc.yaml:* fam@* ? whole.yaml:s @ a@ a@b.dvc'
).split(' ')

const collect = `
import os
from dvc.repo import Repo
from dvc.repo.reproduce import collect_stages
root = os.getcwd()
result = []
for case in data:
    os.chdir(os.path.join(root, case['cwd']))
    repo = Repo(root)
    for target in case['targets']:
        try:
            if case['mode'] == 'data':
                found = [[i.stage, i.filter_info] for i in repo.stage.collect_granular(target)]
            else:
                found = [[s, None] for s in collect_stages(repo, [target], recursive=case['mode'] == 'recursive', glob=case['mode'] == 'glob')]
            result.append([[s.path_in_repo + ':' + (getattr(s, 'name', '') or ''), p] for s, p in found])
        except Exception:
            result.append([])
`

liveTest('targets name the stages that they name in DVC', async (dvc) => {
  await using project = await openPipeline(dvc)
  const { root } = project
  const loaded = await loadProject({ root, env: project.env })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const cases = ['.', 'sub'].flatMap((cwd) =>
    ['plain', 'recursive', 'glob', 'data'].map((mode) => ({ cwd, mode, targets })),
  )
  const ours = cases.flatMap(({ cwd, mode }) =>
    targets.map((target) => {
      const request = { targets: [target], cwd: join(root, cwd), recursive: mode === 'recursive' }
      const named =
        mode === 'data'
          ? selectData(loaded.value, { ...request, withDeps: false }, kindOfPath)
          : selectStages(loaded.value, { ...request, glob: mode === 'glob' }, kindOfPath)
      const found = named.ok ? named.value.map((item) => ('stage' in item ? item : { stage: item })) : []
      return found.map((item) => [`${item.stage.file}:${item.stage.name}`, 'inside' in item ? item.inside : null])
    }),
  )
  expect(ours).toEqual(askDvc(dvc, collect, cases, root))
})
