import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isInside, relativeTo } from '../../base/paths.ts'
import type { Problem } from '../../base/problem.ts'
import { failed, ok, type Result } from '../../base/result.ts'
import type { DvcConfig } from '../dvc-config.ts'
import { checkConfig } from './check-config.ts'
import { compileConfig } from './compile-config.ts'
import { configFiles, homeFolder } from './config-files.ts'
import { gatherNamed, lowerNames, mergeSections, type ConfigSection } from './config-tree.ts'
import { parseConfigText } from './parse-config-text.ts'
import { configProblems } from './problems.ts'
import { resolveConfigPaths } from './resolve-config-paths.ts'

/** Reads DVC's settings for the project at `root` from all four levels: system, global, `.dvc/config`,
 * `.dvc/config.local`. Fails with every fault of every file, since DVC refuses to work with any. `env` is the environment
 * of the process. What DVC only warns of (unknown options of `feature`) is passed over. */
export function readDvcConfig(root: string, env: NodeJS.ProcessEnv): Result<DvcConfig> {
  const problems: Problem[] = []
  let merged: ConfigSection = new Map()
  for (const path of configFiles(root, env, process.platform)) {
    const config = readLevel(path, root, homeFolder(env))
    if (config.ok) merged = mergeSections(merged, config.value)
    else problems.push(...config.problems)
  }
  problems.push(...checkConfig(merged).filter((problem) => problem.severity === 'error'))
  return problems.length > 0 ? failed(...problems) : ok(compileConfig(merged, root))
}

function readLevel(path: string, root: string, home: string): Result<ConfigSection> {
  const file = isInside(path, root) ? relativeTo(root, path) : path
  const text = readIfExists(path)
  if (text instanceof Error) return failed(configProblems.unreadable(file, text.message))
  const config = parseConfigText(text, file)
  return config.ok ? ok(resolveConfigPaths(gatherNamed(lowerNames(config.value)), dirname(path), home)) : config
}

function readIfExists(path: string): string | Error {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    return error instanceof Error ? error : new Error(String(error))
  }
}
