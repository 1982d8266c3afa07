import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { existsAsLink, isLink } from '../base/file-kind.ts'
import { isInside, relativeTo } from '../base/paths.ts'
import { safeSettings } from './safe-config.ts'

/** Asks git again and again which paths its rules ignore. */
export interface IgnoreCheck extends AsyncDisposable {
  /** As `Git.isIgnored`. Questions are answered in turn. */
  isIgnored(paths: readonly string[]): Promise<ReadonlySet<string>>
}

/** Opens a check for the work tree `top`.
 *
 * One `git check-ignore` child answers all questions. simple-git could only start a process per question, which a walk
 * over thousands of folders would feel, and would pass the paths as arguments. */
export function openIgnoreCheck(top: string): IgnoreCheck {
  return new ChildIgnoreCheck(top)
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

// With -v and -n git answers every path, with four fields: source, line, pattern, path.
const command = ['check-ignore', '--stdin', '-z', '-v', '-n', '--no-index']
const fieldsPerAnswer = 4

class ChildIgnoreCheck implements IgnoreCheck {
  readonly #top: string
  #child: AnsweringChild | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(top: string) {
    this.#top = top
  }

  isIgnored(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const answer = this.#turn.then(() => this.#ask(paths.filter((path) => isInside(resolve(path), this.#top))))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    await this.#child?.end()
  }

  // git ends at the first path that leads through a symbolic link. For such a path the link itself is judged, and the
  // others are asked again.
  async #ask(paths: readonly string[]): Promise<Set<string>> {
    const questions = paths.flatMap((path) => toQuestions(this.#top, path))
    const ignored = new Set<string>()
    let asked = 0
    while (asked < questions.length) {
      this.#child ??= new AnsweringChild(this.#top)
      const rest = questions.slice(asked)
      const answers = await this.#child.ask(rest.map((question) => question.text))
      for (const [i, answer] of answers.entries()) if (rest[i]!.means(answer)) ignored.add(rest[i]!.path)
      asked += answers.length
      if (answers.length === rest.length) break
      const refused = questions[asked++]!.path
      const reason = await this.#child.end()
      this.#child = undefined
      if (!reason.includes('beyond a symbolic link')) throw new Error(`git check-ignore failed: ${reason}`)
      const link = firstLink(this.#top, refused)
      if (link !== undefined && (await this.#ask([link])).size > 0) ignored.add(refused)
    }
    return ignored
  }
}

interface Question {
  readonly path: string
  readonly text: string
  /** Whether this answer alone makes the path ignored. */
  readonly means: (answer: Answer) => boolean
}

/** The rule that decides; both empty if there is none. `source` is relative to the top, or absolute. */
interface Answer {
  readonly source: string
  readonly pattern: string
}

// `./` keeps git from reading a leading `:` as magic. A folder that is there is asked twice: as what it is, and with a
// slash, which asks for what it holds as well (rules such as `data/*`). DVC counts the second answer too, except for rules
// that only happen to match the empty name behind the slash (dulwich: `ignore.py::_excluded_inside`).
function toQuestions(top: string, path: string): readonly Question[] {
  const text = `./${relativeTo(top, path)}`
  const folder = path.slice(0, -1)
  if (!path.endsWith('/') || isLink(folder)) return [{ path, text, means: ignores }]
  if (!existsAsLink(folder)) return [{ path, text: `${text}/`, means: ignores }]
  const reachesInside = (answer: Answer): boolean => ignores(answer) && speaksOfContents(answer, relativeTo(top, path))
  return [
    { path, text, means: ignores },
    { path, text: `${text}/`, means: reachesInside },
  ]
}

function ignores({ source, pattern }: Answer): boolean {
  return source !== '' && !pattern.startsWith('!')
}

function speaksOfContents({ source, pattern }: Answer, folder: string): boolean {
  const body = pattern.replace(/\/+$/, '')
  return source === `${folder}/.gitignore` ? body.includes('**') : body.endsWith('/*') || body.endsWith('/**')
}

function firstLink(top: string, path: string): string | undefined {
  let current = top
  for (const name of relativeTo(top, path).split('/')) {
    current = `${current}/${name}`
    if (isLink(current)) return current
  }
  return undefined
}

/** One git process and the answers that come out of it. */
class AnsweringChild {
  readonly #process: Child
  readonly #ended: Promise<void>
  #stderr = ''
  #unread = ''
  #hasEnded = false
  #wake: () => void = () => undefined

  constructor(top: string) {
    this.#process = start(top)
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#unread += text
      this.#wake()
    })
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    // A write to a child that has just ended; its end is what counts.
    this.#process.stdin.on('error', () => undefined)
    this.#ended = new Promise((resolve) => {
      this.#process.on('error', (error) => (this.#stderr += error.message))
      this.#process.on('close', () => {
        this.#hasEnded = true
        this.#wake()
        resolve()
      })
    })
  }

  /** An answer per question, in order; fewer if the child ended early. */
  async ask(questions: readonly string[]): Promise<Answer[]> {
    this.#process.stdin.write(questions.map((question) => `${question}\0`).join(''))
    const answers: Answer[] = []
    for (;;) {
      const fields = this.#unread.split('\0')
      const complete = Math.floor((fields.length - 1) / fieldsPerAnswer)
      for (let i = 0; i < complete; i++) {
        answers.push({ source: fields[i * fieldsPerAnswer]!, pattern: fields[i * fieldsPerAnswer + 2]! })
      }
      this.#unread = fields.slice(complete * fieldsPerAnswer).join('\0')
      if (answers.length >= questions.length || this.#hasEnded) return answers
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Ends the child and gives what it complained of. */
  async end(): Promise<string> {
    this.#process.stdin.end()
    await this.#ended
    return this.#stderr
  }
}

// A group of its own: Ctrl-C in the terminal must not end the child while results are being recorded. It goes when its
// input closes, at the latest with us.
function start(top: string): Child {
  const settings = safeSettings.flatMap((setting) => ['-c', setting])
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  return spawn('git', [...settings, ...command], {
    cwd: top,
    env: { ...env, LC_ALL: 'C', LANGUAGE: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
}
