import { nearestName } from '../../base/nearest-name.ts'
import type { Problem } from '../../base/problem.ts'
import { namedSchemas, remoteSchemas, sectionSchemas, type SectionSchema } from './config-schema.ts'
import { isSection, type ConfigEntry, type ConfigSection, type ConfigValue } from './config-tree.ts'
import { configProblems } from './problems.ts'

/** Checks a merged config as DVC does (DVC: `config_schema.py`), and reports all that is wrong, not only the first. */
export function checkConfig(config: ConfigSection): readonly Problem[] {
  return [...config].flatMap(([name, entry]) => checkTopLevel(name, entry))
}

function checkTopLevel(name: string, entry: ConfigEntry): readonly Problem[] {
  const known = [...Object.keys(sectionSchemas), ...Object.keys(namedSchemas), 'remote']
  if (!known.includes(name)) return [configProblems.unknownKey(entry.at, name, nearestName(name, known))]
  if (!isSection(entry.value)) return [configProblems.wrongValue(entry.at, name, 'a section', describe(entry.value))]
  if (name === 'remote') return eachNamed(name, entry.value, checkRemote)
  const named = namedSchemas[name]
  if (named !== undefined) return eachNamed(name, entry.value, (own, path) => checkSection(own, path, named))
  return [...checkSection(entry.value, name, sectionSchemas[name]!), ...checkExclusive(name, entry.value)]
}

function eachNamed(
  kind: string,
  section: ConfigSection,
  check: (own: ConfigSection, path: string, entry: ConfigEntry) => readonly Problem[],
): readonly Problem[] {
  return [...section].flatMap(([name, entry]) => {
    const path = `${kind}.${name}`
    if (isSection(entry.value)) return check(entry.value, path, entry)
    return [configProblems.wrongValue(entry.at, path, `a section \`['${kind} "name"']\``, describe(entry.value))]
  })
}

function checkRemote(remote: ConfigSection, path: string, entry: ConfigEntry): readonly Problem[] {
  const url = remote.get('url')
  if (url === undefined) return [configProblems.missingUrl(entry.at, path)]
  if (typeof url.value !== 'string') {
    return [
      configProblems.wrongValue(
        url.at,
        `${path}.url`,
        'a single text, in quotes if it has commas',
        describe(url.value),
      ),
    ]
  }
  const scheme = urlScheme(url.value)
  const schema = remoteSchemas.get(scheme)
  if (schema === undefined) return [configProblems.unsupportedUrl(url.at, path, scheme)]
  return schema === 'any' ? [] : checkSection(remote, path, schema)
}

/** The scheme of a URL with a host; empty for everything else, which is a local path. */
function urlScheme(url: string): string {
  return /^([a-z][a-z0-9+.-]*):\/\/[^/?#]/i.exec(url)?.[1]?.toLowerCase() ?? ''
}

function checkSection(section: ConfigSection, path: string, schema: SectionSchema): readonly Problem[] {
  return [...section].flatMap(([name, entry]) => {
    const full = `${path}.${name}`
    const check = Object.hasOwn(schema, name) ? schema[name] : undefined
    if (check === undefined) return [unknown(entry, path, full, nearestName(name, Object.keys(schema)))]
    const expected = isSection(entry.value) ? 'a value' : check(entry.value)
    return expected === undefined ? [] : [configProblems.wrongValue(entry.at, full, expected, describe(entry.value))]
  })
}

// DVC only warns about unknown experimental features.
function unknown(entry: ConfigEntry, path: string, full: string, nearest: string | undefined): Problem {
  if (path === 'feature') return configProblems.unsupportedFeature(entry.at, full)
  return configProblems.unknownKey(entry.at, full, nearest)
}

function checkExclusive(name: string, section: ConfigSection): readonly Problem[] {
  const second = section.get('config_module')
  if (name !== 'hydra' || second === undefined || !section.has('config_dir')) return []
  return [configProblems.exclusive(second.at, 'hydra.config_dir', 'hydra.config_module')]
}

function describe(value: ConfigValue): string {
  if (isSection(value)) return 'a section'
  return typeof value === 'string' ? `\`${value}\`` : `the list \`${value.join(', ')}\``
}
