import { join, resolve } from 'node:path'
import type { DvcConfig, LinkType } from '../dvc-config.ts'
import { isSection, type ConfigSection, type ConfigValue } from './config-tree.ts'

/** The settings that matter here, typed and with DVC's defaults, out of a checked config. */
export function compileConfig(config: ConfigSection, root: string): DvcConfig {
  const core = sectionOf(config, 'core')
  const parsing = sectionOf(config, 'parsing')
  const remotes = compileRemotes(config)
  return {
    noScm: isTrue(core, 'no_scm'),
    autostage: isTrue(core, 'autostage'),
    hardlinkLock: isTrue(core, 'hardlink_lock'),
    interactive: isTrue(core, 'interactive'),
    defaultRemote: textOf(core, 'remote')?.toLowerCase(),
    ...compileCache(sectionOf(config, 'cache'), remotes, root),
    parsing: {
      bool: textOf(parsing, 'bool')?.toLowerCase() === 'boolean_optional' ? 'boolean_optional' : 'store_true',
      list: textOf(parsing, 'list')?.toLowerCase() === 'append' ? 'append' : 'nargs',
    },
    remotes,
  }
}

// The obsolete `cache.local` names a remote that is the cache, settings included (DVC: `cachemgr.py`).
function compileCache(
  cache: ConfigSection,
  remotes: DvcConfig['remotes'],
  root: string,
): Pick<DvcConfig, 'cacheDir' | 'cacheTypes' | 'cacheShared'> {
  const named = remotes.get(textOf(cache, 'local')?.toLowerCase() ?? '')
  const option = (name: string): string | undefined => (named === undefined ? textOf(cache, name) : named.get(name))
  const dir = option(named === undefined ? 'dir' : 'url') || join(root, '.dvc', 'cache')
  const types =
    option('type')
      ?.split(',')
      .map((type) => type.trim() as LinkType)
      .filter((type) => type.length > 0) ?? []
  return {
    cacheDir: resolve(dir),
    cacheTypes: types.length > 0 ? types : ['reflink', 'copy'],
    cacheShared: option('shared') === undefined ? undefined : 'group',
  }
}

function compileRemotes(config: ConfigSection): DvcConfig['remotes'] {
  const remotes = [...sectionOf(config, 'remote')].map(([name, { value }]): [string, ReadonlyMap<string, string>] => {
    const options = isSection(value) ? [...value] : []
    return [name, new Map(options.map(([key, entry]) => [key, toText(entry.value)]))]
  })
  return new Map(remotes)
}

function sectionOf(config: ConfigSection, name: string): ConfigSection {
  const value = config.get(name)?.value
  return isSection(value) ? value : new Map()
}

function textOf(section: ConfigSection, name: string): string | undefined {
  const value = section.get(name)?.value
  return value === undefined ? undefined : toText(value)
}

function toText(value: ConfigValue): string {
  if (isSection(value)) return ''
  return typeof value === 'string' ? value : value.join(', ')
}

function isTrue(section: ConfigSection, name: string): boolean {
  return textOf(section, name)?.toLowerCase() === 'true'
}
