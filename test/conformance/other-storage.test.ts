import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { liveTest } from '../rig/live-dvc.ts'
import { openProject, type Rig } from '../rig/open-rig.ts'
import { playSideBySide, type StoryStep } from '../rig/side-by-side.ts'
import { share } from '../rig/tally.ts'

const start = `
cat > dvc.yaml <<'END'
vars: [{branch: main}]
datasets:
- {name: code, type: dvc, url: "https://example.org/code.git", path: data, rev: "\${branch}"}
- {name: bucket, type: url, url: "s3://bucket/data/"}
- {name: chain, type: dc, url: "dc://chain"}
stages:
  a: {cmd: echo a > a, deps: ["ds://code"], outs: [a]}
  b: {cmd: cat a > b, deps: [a, "ds://bucket", "ds://chain"], outs: [b]}
END
cat > dvc.lock <<'END'
schema: '2.0'
# kept as it is
datasets:
- type: dvc
  name: code
  url: https://example.org/code.git
  path: data
  rev: main
  rev_lock: 1234567890abcdef
- name: bucket
  type: url
  url: s3://bucket/data/
  meta: {size: 5, isdir: true, nfiles: 2}
  files:
  - {relpath: b, meta: {etag: '"e2"', size: 2, isexec: false}}
  - {relpath: a/a, meta: {size: 3, etag: e1, version_id: v1}}
- name: chain
  type: dc
  url: dc://chain
  version: 3
  created_at: '2024-05-06T07:08:09+00:00'
END`

const status: StoryStep = { dvc: 'status --json' }

const steps: readonly StoryStep[] = [
  status,
  {},
  status,
  {},
  { change: "sed -i 's/rev_lock: 1234/rev_lock: 9994/' dvc.lock", dvc: 'status --json' },
  {},
  { change: "sed -i 's/etag: e1, version_id: v1/etag: e1, version_id: v2/' dvc.lock", dvc: 'status --json' },
  {},
  { change: "sed -i 's/branch: main/branch: other/' dvc.yaml", dvc: 'status --json' },
  // DVC deletes the output before it notices.
  { fails: true, leavesOther: true },
  { change: 'rm -f a', dvc: 'status --json' },
  { dvc: 'repro -s b', fails: true, leavesOther: true },
  { change: "sed -i 's/branch: other/branch: main/; /name: chain, type/d' dvc.yaml; rm -f b", dvc: 'repro a' },
  { change: 'sed -i \'s/, "ds:..chain"//\' dvc.yaml', dvc: 'status --json' },
  {},
  { change: 'rm dvc.lock', dvc: 'status --json' },
  { fails: true, leavesOther: true },
  { change: 'rm -f a b', dvc: 'status --json' },
]

liveTest('stages that depend on datasets are judged, run and recorded as by DVC', async (_, context) =>
  playSideBySide({ start, steps }, context),
)

async function openWith(files: Readonly<Record<string, string>>, untracked: readonly string[] = []): Promise<Rig> {
  return await openProject(
    async (root) => {
      mkdirSync(join(root, '.dvc'))
      for (const [path, text] of Object.entries({ '.dvc/config': '', ...files })) writeFileSync(join(root, path), text)
    },
    { untracked },
  )
}

const urls = {
  s3: 's3://bucket/key',
  gs: 'gs://bucket/key',
  azure: 'azure://container/key',
  ssh: 'ssh://user@host/path',
  hdfs: 'hdfs://host/path',
  webhdfs: 'webhdfs://host/path',
  oss: 'oss://bucket/key',
  gdrive: 'gdrive://folder/path',
  webdavs: 'webdavs://host/path',
} as const

for (const [scheme, url] of Object.entries(urls)) {
  liveTest(`what is on ${scheme} concerns its stages alone, and it is said what to install`, async (dvc, context) => {
    const imported = `deps: [{path: '${url}'}]\nouts: [{path: imported, md5: d8e8fca2dc0f896fd7cb4cb0031ba249, size: 5, hash: md5}]\n`
    await using rig = await openWith({
      'dvc.yaml': `stages:
  far: {cmd: echo > o, deps: ['${url}'], outs: [o]}
  away: {cmd: echo, outs: ['${url}': {cache: false}]}
  near: {cmd: echo 1 > near, outs: [near]}
`,
      'imported.dvc': imported,
    })
    const plugin = `dvc[${scheme === 'webdavs' ? 'webdav' : scheme}]`
    // Without the plugin DVC does not read such a project at all.
    expect(await rig.forkedDvc(['status'])).toMatchObject({ exitCode: 255 })
    const judged = JSON.parse((await rig.cli(['status', '--json']).result).stdout) as {
      problems: { stage: string; hint: string }[]
    }
    expect(judged.problems.map(({ stage }) => stage)).toEqual(['far', 'away', 'imported.dvc'])
    expect(judged.problems.every(({ hint }) => hint.includes(`pip install "${plugin}"`))).toBe(true)
    const done = await rig.cli(['run', '-k']).result
    expect(done).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(plugin) })
    expect(readFileSync(join(rig.root, 'near'), 'utf8')).toBe('1\n')
    const env = { PATH: `${dirname(dvc)}:${process.env['PATH'] ?? ''}` }
    const updated = await rig.cli(['update', 'imported.dvc'], { env }).result
    expect(updated).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('Calling `dvc update') })
    expect(updated.stderr).toMatch(/IMPORT_FAILED.*requires 'dvc-/)
    const { locks, dataFiles } = await rig.snapshot()
    expect(locks['dvc.lock']).toMatch(/^schema: '2.0'\nstages:\n {2}near:\n/)
    expect(dataFiles).toEqual({ 'imported.dvc': imported })
    share(context, 'Schemes of storage that concern their stages alone', { equal: 1, of: 1 })
  })
}

liveTest(
  'a frozen import from a database is handled as any other; thawed it is refused and told',
  async (_, context) => {
    const text = (frozen: string): string => `md5: 0123456789abcdef0123456789abcdef
${frozen}deps:
- db: {query: select 1, connection: c, file_format: csv}
outs:
- md5: 764efa883dda1e11db47671c4a3bbd9e
  size: 3
  hash: md5
  path: x
`
    const files = { 'x.dvc': text('frozen: true\n'), x: 'hi\n' }
    await using theirs = await openWith(files, ['x'])
    await using ours = await openWith(files, ['x'])
    const statuses = async (): Promise<unknown> => JSON.parse((await theirs.forkedDvc(['status', '--json'])).stdout)
    const { stages } = JSON.parse((await ours.cli(['status', '--json']).result).stdout) as {
      stages: { address: string; changes: unknown }[]
    }
    expect(Object.fromEntries(stages.map(({ address, changes }) => [address, changes]))).toEqual(await statuses())
    expect(await theirs.forkedDvc(['repro', '-P'])).toMatchObject({ exitCode: 0 })
    expect(await ours.cli(['run', '-P']).result).toMatchObject({ exitCode: 0 })
    expect(await ours.snapshot()).toEqual(await theirs.snapshot())
    writeFileSync(join(ours.root, 'x.dvc'), text(''))
    const thawed = await ours.cli(['run', '-P']).result
    expect(thawed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('IMPORT_UNSUPPORTED') })
    expect(readFileSync(join(ours.root, 'x'), 'utf8')).toBe('hi\n')
    share(context, 'Steps of imports equal to DVC', { equal: 2, of: 2 })
  },
)
