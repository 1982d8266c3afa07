import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { applyChange, type Change } from './change.ts'
import { type DvcAnswer, type DvcCall, forkedDvc } from './forked-dvc.ts'
import { Gate } from './gate.ts'
import { liveDvc } from './live-dvc.ts'
import { checkout } from './peers.ts'
import { Program } from './program.ts'
import { takeSnapshot, type Snapshot } from './snapshot.ts'

export interface RigOptions {
  /** Files of the fixture that git does not know: outs which a stage finds there. */
  readonly untracked?: readonly string[]
  /** Where the fixture's cache stands. @default '.dvc/cache' */
  readonly cache?: string
  /** Folder of the git repository in which the project stands. @default '.': the repository is the project */
  readonly below?: string
  /** Folder for the copy, say of another file system. @default the system's for temp files */
  readonly in?: string
}

export interface ProgramOptions {
  /** Relative to the project. @default '.' */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** @default '022' */
  readonly umask?: string
  /** As somebody to whom permissions apply, which they do not to root. */
  readonly isPowerless?: boolean
  /** A program and its arguments that starts the other. */
  readonly under?: readonly string[]
}

/** A copy of a fixture project in a temp folder, as a git repository, and the programs to try on it. */
export class Rig implements AsyncDisposable {
  /** The project's root. */
  readonly root: string
  /** The temp folder around it, which goes with it. */
  readonly folder: string
  readonly #options: RigOptions
  readonly #programs: Program[] = []
  readonly #gates: Gate[] = []

  constructor(folder: string, options: RigOptions) {
    this.folder = folder
    this.root = join(folder, 'project', options.below ?? '.')
    this.#options = options
  }

  /** Starts the built command line. */
  cli(args: readonly string[], options: ProgramOptions = {}): Program {
    return this.#start(process.execPath, [join(checkout, 'dist/cli/main.cjs'), ...args], options)
  }

  /** Starts the real DVC. */
  dvc(args: readonly string[], options: ProgramOptions = {}): Program {
    if (liveDvc === undefined) throw new Error('The real DVC is missing: use liveTest')
    return this.#start(liveDvc, args, options)
  }

  /** The real DVC, faster; not for calls that must be stopped. */
  async forkedDvc(args: readonly string[], options: ProgramOptions = {}): Promise<DvcAnswer> {
    if (liveDvc === undefined) throw new Error('The real DVC is missing: use liveTest')
    return await forkedDvc(liveDvc).call(this.callOf(args, options))
  }

  /** A call for a `ForkedDvc` of one's own. */
  callOf(args: readonly string[], { cwd = '.', env = {} }: ProgramOptions = {}): DvcCall {
    return {
      args,
      cwd: join(this.root, cwd),
      env: { ...this.#env(), ...env },
      scratch: mkdtempSync(join(this.folder, 'home/call-')),
    }
  }

  /** From here on the test decides when and how each command ends of the programs that get the gate's `env`. */
  async gate(): Promise<Gate> {
    const gate = await Gate.open(this.folder)
    this.#gates.push(gate)
    return gate
  }

  change(change: Change): Promise<void> {
    return applyChange(this.root, change)
  }

  snapshot(): Promise<Snapshot> {
    return takeSnapshot(this.root, this.#options.cache ?? '.dvc/cache')
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.root, env: this.#env(), encoding: 'utf8' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gate of this.#gates) await gate[Symbol.asyncDispose]()
    for (const program of this.#programs) program.signal('SIGKILL')
    await Promise.all(this.#programs.map((program) => program.result))
    await rm(this.folder, { recursive: true, force: true })
  }

  #start(file: string, args: readonly string[], options: ProgramOptions): Program {
    const { cwd = '.', env = {}, umask = '022', isPowerless = false, under = [] } = options
    const argv = [...(isPowerless ? withoutPower : []), ...under, file, ...args]
    const at = { cwd: join(this.root, cwd), env: { ...this.#env(), ...env }, umask }
    const program = new Program(argv[0]!, argv.slice(1), at)
    this.#programs.push(program)
    return program
  }

  /** Nothing of the user's own settings, shell or caches reaches the programs. */
  #env(): Record<string, string> {
    return {
      PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: join(this.folder, 'home'),
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      NO_COLOR: '1',
      DVC_NO_ANALYTICS: '1',
      DVC_SITE_CACHE_DIR: join(this.folder, 'site'),
      DVC_GLOBAL_CONFIG_DIR: join(this.folder, 'home/global'),
      DVC_SYSTEM_CONFIG_DIR: join(this.folder, 'home/system'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'rig',
      GIT_AUTHOR_EMAIL: 'rig@example.org',
      GIT_COMMITTER_NAME: 'rig',
      GIT_COMMITTER_EMAIL: 'rig@example.org',
      // DVC walks sets where only part of the stages is asked for: a fixed seed keeps its order the same.
      PYTHONHASHSEED: '0',
    }
  }
}

// Root without any capability: an owner like any other.
const withoutPower = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []

/** Copies `fixtures/dvc-repos/<fixture>` and makes it a git repository with everything committed. */
export async function openRig(fixture: string, options: RigOptions = {}): Promise<Rig> {
  return await openProject(
    (root) => cp(join(checkout, 'fixtures/dvc-repos', fixture), root, { recursive: true }),
    options,
  )
}

/** The same for a project that `fill` writes into the (existing) folder it is given. */
export async function openProject(fill: (root: string) => Promise<void>, options: RigOptions = {}): Promise<Rig> {
  const folder = await realpath(await mkdtemp(join(options.in ?? tmpdir(), 'rig-')))
  const rig = new Rig(folder, options)
  await mkdir(join(folder, 'home'))
  await mkdir(rig.root, { recursive: true })
  await fill(rig.root)
  await settleModes(rig.root)
  rig.git('init', '-q', '-b', 'main', join(folder, 'project'))
  rig.git('add', '-A')
  for (const path of options.untracked ?? []) rig.git('rm', '-q', '-r', '--cached', '--', path)
  rig.git('commit', '-q', '--allow-empty', '-m', 'Start')
  return rig
}

/** As git checks out under umask 022, whatever the umask of this checkout was. */
async function settleModes(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const stats = await lstat(path)
    if (stats.isDirectory()) await settleModes(path)
    else if (!stats.isSymbolicLink()) await chmod(path, (stats.mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
