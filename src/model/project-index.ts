import { ok, type Result } from '../base/result.ts'
import { configFiles } from '../project/config/config-files.ts'
import { readStamped } from '../project/stamped-file.ts'
import { writeStamped } from '../project/write-stamped.ts'
import type { LoadedProject, LoadOptions } from './load-project.ts'
import { packProject, unpackProject } from './packed/pack-project.ts'

/** Loads a project as `loadProject` does, from what the last command kept of it if every file and folder that it was read
 * from is still the same. */
export async function loadIndexed(options: LoadOptions): Promise<Result<LoadedProject>> {
  const { root } = options
  const key = keyOf(options)
  const kept = readStamped(root, indexName, key)
  if (kept !== undefined) {
    const { sources, value } = kept
    return ok({ project: unpackProject(value), sources: () => Promise.resolve(sources) })
  }
  const since = Date.now()
  // Most calls need none of what reads and resolves YAML.
  const { loadWithSources } = await import('./load-project.ts')
  const loaded = await loadWithSources(options)
  if (loaded.ok) {
    const { project, sources } = loaded.value
    const { paths, folders } = await sources()
    writeStamped(root, indexName, {
      key,
      value: packProject(project),
      sources: { paths: [...paths, ...program()], folders },
      since,
    })
  }
  return loaded
}

const indexName = 'project'

// What else a project depends on: where settings are looked for, who reads, and the program itself, which stands among the
// sources so that a new build counts as another one.
function keyOf({ root, env }: LoadOptions): string {
  const { HOME, XDG_CONFIG_HOME } = process.env
  return JSON.stringify([
    process.version,
    program(),
    root,
    configFiles(root, env, process.platform),
    env['HOME'],
    process.getuid?.(),
    HOME,
    XDG_CONFIG_HOME,
  ])
}

function program(): readonly string[] {
  return process.argv.slice(1, 2)
}
