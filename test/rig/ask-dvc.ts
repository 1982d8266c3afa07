import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'

/** Runs Python with DVC's own modules. `input` comes as `data`; what the script assigns to `result` is the answer.
 * @param cwd where it runs @default here */
export function askDvc<T>(program: string, script: string, input: unknown, cwd?: string): T {
  const source = `import json, sys\ndata = json.load(sys.stdin)\n${script}\njson.dump(result, sys.stdout)\n`
  const env = { ...process.env, DVC_NO_ANALYTICS: '1', PYTHONWARNINGS: 'ignore' }
  const python = join(dirname(program), 'python')
  const maxBuffer = 256 * 1024 * 1024
  return JSON.parse(
    execFileSync(python, ['-c', source], { input: JSON.stringify(input), encoding: 'utf8', env, maxBuffer, cwd }),
  ) as T
}
