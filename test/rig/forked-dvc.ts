import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

export interface DvcCall {
  readonly args: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** A folder for the files of output. */
  readonly scratch: string
  readonly env: Readonly<Record<string, string>>
}

export interface DvcAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

let shared: ForkedDvc | undefined

/** One for all tests of a file. */
export function forkedDvc(program: string): ForkedDvc {
  shared ??= new ForkedDvc(program)
  return shared
}

/** The real DVC, each call in a process of its own that is forked from one which has its modules loaded: loading takes
 * most of the time of a call. Umask 022 and a fixed hash seed, as `Rig` gives them. */
export class ForkedDvc {
  readonly #server: ChildProcessByStdio<Writable, Readable, null>
  readonly #answers: AsyncIterator<string>
  #turn: Promise<unknown> = Promise.resolve()
  #calls = 0

  /** `program`: the real DVC's. The server ends with this process. */
  constructor(program: string) {
    const python = join(dirname(program), 'python')
    this.#server = spawn('/bin/sh', ['-c', 'umask 022; exec "$0" -c "$1"', python, server], {
      env: { PATH: process.env['PATH'] ?? '', PYTHONHASHSEED: '0', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // It ends when its input does, at the latest with this process.
    this.#server.unref()
    this.#answers = createInterface({ input: this.#server.stdout })[Symbol.asyncIterator]()
  }

  /** Calls are answered one after another. */
  call(call: DvcCall): Promise<DvcAnswer> {
    const answer = this.#turn.then(() => this.#ask(call))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  async #ask(call: DvcCall): Promise<DvcAnswer> {
    const files = { out: join(call.scratch, `${this.#calls}.out`), err: join(call.scratch, `${this.#calls}.err`) }
    this.#calls++
    this.#server.stdin.write(`${JSON.stringify({ ...call, ...files })}\n`)
    const line = await this.#answers.next()
    if (line.done) throw new Error('The server of the real DVC has ended')
    return {
      exitCode: Number(line.value),
      stdout: readFileSync(files.out, 'utf8'),
      stderr: readFileSync(files.err, 'utf8'),
    }
  }
}

// The modules that the first call needed are loaded for the others. Standard input is empty, as a rig's programs have it.
const server = `
import importlib, json, os, sys
from dvc.cli import main
def child(job, told):
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, job['out'], os.O_WRONLY | os.O_CREAT), (2, job['err'], os.O_WRONLY | os.O_CREAT)):
        opened = os.open(path, flags, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(job['env'])
    os.chdir(job['cwd'])
    sys.argv = ['dvc', *job['args']]
    code = 255
    try:
        code = main(job['args'])
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(told, json.dumps([name for name in sys.modules if name != '__mp_main__']).encode())
        os._exit(code & 255)
for line in sys.stdin:
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        child(json.loads(line), tell)
    os.close(tell)
    with open(told) as text:
        names = text.read()
    _, status = os.waitpid(pid, 0)
    for name in json.loads(names or '[]'):
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except Exception:
                pass
    print(os.waitstatus_to_exitcode(status), flush=True)
`
