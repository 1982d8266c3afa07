import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { openWorkspace, type Workspace } from '../../src/cache/workspace.ts'
import type { DvcConfig } from '../../src/project/dvc-config.ts'
import { readDvcConfig } from '../../src/project/config/read-dvc-config.ts'
import { forkedDvc } from './forked-dvc.ts'
import { openIgnoreRules } from '../../src/project/ignore/ignore-rules.ts'

/** An empty project in a temp folder, made by the real DVC, for tests of single parts of the program. */
export class DvcProject implements AsyncDisposable {
  readonly root: string
  readonly #folder: string
  readonly #program: string

  constructor(program: string, folder: string) {
    this.#program = program
    this.#folder = folder
    this.root = join(folder, 'project')
  }

  /** The cache's folder, relative to the project. */
  get cache(): string {
    return relative(this.root, this.#config().cacheDir)
  }

  /** Runs the real DVC in the project; throws when it fails. Returns what it prints. */
  dvc(...args: readonly string[]): string {
    return execFileSync(this.#program, args, { cwd: this.root, env: this.env, encoding: 'utf8' })
  }

  /** The same, faster. */
  async forkedDvc(...args: readonly string[]): Promise<string> {
    const env = Object.fromEntries(
      Object.entries(this.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    const scratch = await mkdtemp(join(this.#folder, 'home/call-'))
    const { exitCode, stdout, stderr } = await forkedDvc(this.#program).call({ args, cwd: this.root, scratch, env })
    if (exitCode !== 0) throw new Error(`dvc ${args.join(' ')} failed: ${stderr}`)
    return stdout
  }

  openWorkspace(): Promise<Workspace> {
    return openWorkspace({ root: this.root, config: this.#config(), ignore: openIgnoreRules(this.root) })
  }

  get env(): NodeJS.ProcessEnv {
    const home = join(this.#folder, 'home')
    return {
      ...process.env,
      HOME: home,
      DVC_NO_ANALYTICS: '1',
      DVC_SITE_CACHE_DIR: join(home, 'site'),
      SHELL: '/bin/sh',
    }
  }

  /** Another project that is the same; hard links stay such, symbolic links into the cache would lead to this one. */
  async copy(): Promise<DvcProject> {
    const folder = await newFolder()
    execFileSync('cp', ['-a', `${this.#folder}/.`, folder])
    return new DvcProject(this.#program, folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  #config(): DvcConfig {
    const config = readDvcConfig(this.root, this.env)
    if (!config.ok) throw new Error(JSON.stringify(config.problems))
    return config.value
  }
}

/** `config`: arguments of `dvc config`. */
export async function openDvcProject(program: string, config: readonly string[] = []): Promise<DvcProject> {
  const project = new DvcProject(program, await newFolder())
  await mkdir(join(project.root, '../home'), { recursive: true })
  await mkdir(project.root)
  execFileSync('git', ['init', '-q', project.root], { env: project.env })
  project.dvc('init', '-q')
  for (const setting of config) project.dvc('config', ...setting.split(' '))
  return project
}

async function newFolder(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'restage-dvc-')))
}
