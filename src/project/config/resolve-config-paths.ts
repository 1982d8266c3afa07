import { isAbsolute, join, resolve } from 'node:path'
import { isSection, type ConfigEntry, type ConfigSection } from './config-tree.ts'

// DVC: `config.py::Config._map_dirs`.
const pathOptions: Readonly<Record<string, readonly string[]>> = {
  remote: [
    'url',
    'gdrive_user_credentials_file',
    'gdrive_service_account_json_file_path',
    'credentialpath',
    'configpath',
    'keyfile',
    'cert_path',
    'key_path',
  ],
  machine: ['startup_script', 'setup_script'],
}

/** Makes the paths in a config absolute: they are written relative to the folder of the config file. `~` is expanded, URLs
 * stay as they are. Names are gathered and in lower case by now. */
export function resolveConfigPaths(config: ConfigSection, folder: string, home: string): ConfigSection {
  const toPath = (path: string): string => resolvePath(path, folder, home)
  return mapSections(config, (name, section) => {
    if (name === 'cache') return mapTexts(section, ['dir'], toPath)
    const options = Object.hasOwn(pathOptions, name) ? pathOptions[name] : undefined
    return options === undefined ? section : mapSections(section, (_, own) => mapTexts(own, options, toPath))
  })
}

function resolvePath(path: string, folder: string, home: string): string {
  if (/^[\p{L}\p{N}_]+:\/\//u.test(path) || isAbsolute(path)) return path
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return resolve(folder, path)
}

function mapSections(
  section: ConfigSection,
  change: (name: string, section: ConfigSection) => ConfigSection,
): ConfigSection {
  const changed = [...section].map(([name, entry]): [string, ConfigEntry] => [
    name,
    isSection(entry.value) ? { ...entry, value: change(name, entry.value) } : entry,
  ])
  return new Map(changed)
}

function mapTexts(section: ConfigSection, names: readonly string[], change: (text: string) => string): ConfigSection {
  const changed = [...section].map(([name, entry]): [string, ConfigEntry] => [
    name,
    typeof entry.value === 'string' && names.includes(name) ? { ...entry, value: change(entry.value) } : entry,
  ])
  return new Map(changed)
}
