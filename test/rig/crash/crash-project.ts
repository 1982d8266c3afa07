import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const pipeline = `
stages:
  one:
    cmd: cp in one.txt
    deps: [in]
    outs: [one.txt]
  folder:
    cmd: mkdir -p made/sub && cp one.txt made/a && cp params.yaml made/sub/b
    deps: [one.txt]
    params: [rate]
    outs: [made]
  each:
    foreach: [x, y]
    do:
      cmd: echo \${item} | cat - made/a > each/\${item}
      deps: [made]
      outs: ['each/\${item}']
  sub:
    cmd: cat one.txt each/x > sub/joined
    deps: [one.txt, each/x]
    outs: [sub/joined]
  score:
    cmd: wc -c < sub/joined > score.json
    deps: [sub/joined]
    metrics: [score.json: {cache: false}]
`

/** Files that no run may touch. */
export const sources: Readonly<Record<string, string>> = {
  'dvc.yaml': pipeline,
  'kept/notes.txt': 'not of any stage\n',
  '.gitignore': '# kept\n/never-lost\n',
}

/** Fills an empty folder with six stages: outs that are files, a folder, a metric of git, a family, several `.gitignore`s. */
export async function fillCrashProject(root: string, cacheType: string): Promise<void> {
  for (const folder of ['.dvc', 'kept', 'each', 'sub']) await mkdir(join(root, folder))
  await writeFile(join(root, '.dvc/config'), `[cache]\n    type = ${cacheType}\n`)
  for (const [path, text] of Object.entries(sources)) await writeFile(join(root, path), text)
  await writeFile(join(root, 'in'), 'before\n')
  await writeFile(join(root, 'params.yaml'), 'rate: 1\n')
}
