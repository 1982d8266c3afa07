import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** How stages hang together. */
export type Shape = 'independent' | 'chain'

/** Makes a DVC project of `count` stages that each write one small file below `o/`, in a git repository. */
export function makeStages(folder: string, count: number, shape: Shape): void {
  const stages = Array.from({ length: count }, (_, number) => {
    const dep = shape === 'chain' && number > 0 ? `\n    deps: [o/${number - 1}]` : ''
    return `  s${number}:\n    cmd: ${commandOf(number, shape)}${dep}\n    outs: [o/${number}]\n`
  })
  makeProject(folder, { 'dvc.yaml': `stages:\n${stages.join('')}` })
  mkdirSync(join(folder, 'o'))
}

/** The same work for make and ninja, in `folder`. */
export function makeRivals(folder: string, count: number, shape: Shape): void {
  mkdirSync(join(folder, 'o'), { recursive: true })
  const rules = Array.from({ length: count }, (_, number) => {
    const dep = shape === 'chain' && number > 0 ? ` o/${number - 1}` : ''
    return { number, dep, command: commandOf(number, shape) }
  })
  const all = rules.map(({ number }) => `o/${number}`).join(' ')
  const makefile = rules.map(({ number, dep, command }) => `o/${number}:${dep}\n\t${command}\n`)
  writeFileSync(join(folder, 'Makefile'), `all: ${all}\n${makefile.join('')}`)
  const ninja = rules.map(({ number, dep, command }) => `build o/${number}: run${dep}\n  command = ${command}\n`)
  writeFileSync(join(folder, 'build.ninja'), `rule run\n  command = $command\n${ninja.join('')}`)
}

/** What runs leave behind. */
const leftovers = ['o', 'dvc.lock', '.dvc/cache', '.dvc/tmp', '.restage', '.ninja_log', '.ninja_deps']

/** Makes a run start from nothing. */
export function forgetRuns(folder: string): void {
  moveAside(folder, leftovers)
  mkdirSync(join(folder, 'o'))
}

/** Takes paths out of a project, where they are there. They are not deleted: file systems make new files more slowly for
 * minutes after thousands were deleted. */
export function moveAside(folder: string, paths: readonly string[]): void {
  mkdirSync(join(folder, '.git/old'), { recursive: true })
  const aside = mkdtempSync(join(folder, '.git/old/run-'))
  for (const path of paths) {
    if (existsSync(join(folder, path))) renameSync(join(folder, path), join(aside, path.replaceAll('/', '-')))
  }
}

/** An empty DVC project with these files. */
export function makeProject(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, '.dvc'), { recursive: true })
  writeFileSync(join(folder, '.dvc/config'), '')
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  execFileSync('git', ['init', '-q', folder])
}

/** Writes `count` files of `size` bytes, no two alike, a thousand to a folder. */
export function makeFiles(folder: string, count: number, size: number): void {
  const content = Buffer.alloc(size, createHash('md5').update(`${count} ${size}`).digest())
  for (let number = 0; number < count; number++) {
    const sub = join(folder, String(Math.floor(number / 1000)))
    if (number % 1000 === 0) mkdirSync(sub, { recursive: true })
    content.write(String(number).padStart(Math.min(size, 10)), 0, 'latin1')
    writeFileSync(join(sub, `f${number}`), content)
  }
}

function commandOf(number: number, shape: Shape): string {
  return shape === 'chain' && number > 0 ? `cat o/${number - 1} > o/${number}` : `echo ${number} > o/${number}`
}
