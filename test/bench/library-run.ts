import { join } from 'node:path'
import type * as Library from '../../src/index.ts'
import { EventFile } from '../../src/store/event-file.ts'
import { sweepRuns } from '../../src/store/sweep-runs.ts'
import { checkout } from '../rig/peers.ts'
import { everything } from '../rig/plan-request.ts'

// Runs all of the project in the working directory by the library, with its history or, with the argument `without`, with
// nobody who listens.
const { LocalEngine, loadProject, makePlan, openGit, openIgnoreRules, openWorkspace, runPlan } = (await import(
  join(checkout, 'dist/index.js')
)) as typeof Library

const root = process.cwd()
const loaded = await loadProject({ root, env: process.env })
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
const project = loaded.value
await using workspace = await openWorkspace({ root, config: project.config, ignore: openIgnoreRules(root) })
const made = await makePlan(project, workspace, everything(root))
if (!made.ok) throw new Error(JSON.stringify(made.problems))
await using engine = new LocalEngine(workspace, process.env)
using history = process.argv[2] === 'without' ? undefined : new EventFile(root)
const { exitCode, problems } = await runPlan(made.value.plan, {
  project,
  workspace,
  git: await openGit(root),
  engine,
  jobs: 2,
  cwd: root,
  lockTimeoutMs: 10_000,
  signals: { stop: new AbortController().signal, kill: new AbortController().signal },
  clock: () => new Date(),
  onEvent: (event) => history?.append(event),
})
if (history !== undefined) sweepRuns(root, { runs: 200, ms: undefined }, Date.now())
for (const problem of problems) process.stderr.write(`${JSON.stringify(problem)}\n`)
process.exitCode = exitCode
