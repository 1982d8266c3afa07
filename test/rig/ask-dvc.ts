import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'

/** Runs Python with the modules of the real DVC at `program`; `input` comes as `data`, what the script assigns to
 * `result` goes out. */
export function askDvc<T>(program: string, script: string, input: unknown, cwd = process.cwd()): T {
  const source = `import json, sys\ndata = json.load(sys.stdin)\n${script}\njson.dump(result, sys.stdout)\n`
  const env = { ...process.env, DVC_NO_ANALYTICS: '1', PYTHONWARNINGS: 'ignore' }
  const python = join(dirname(program), 'python')
  const answer = execFileSync(python, ['-c', source], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env,
    cwd,
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  return JSON.parse(answer) as T
}
