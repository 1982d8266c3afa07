// Checks that installing restage runs nobody's code: no package that comes along with it has an install script; that the
// lockfile names no hosts (`resolved`), so that it works with any mirror; and that it is complete for every platform.
import { readFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const entries = Object.entries(lock.packages).filter(([path]) => path !== '')
const withScripts = entries.filter(([, entry]) => entry.hasInstallScript && !entry.dev && !entry.devOptional)
const withHosts = entries.filter(([, entry]) => entry.resolved !== undefined)

const incomplete = entries.flatMap(([path, entry]) =>
  Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isPlaced(path, name)),
)

for (const [path] of withScripts) console.error(`${path} runs a script when it is installed`)
for (const [path] of withHosts) console.error(`${path} is tied to a host: set omit-lockfile-registry-resolved`)
for (const name of incomplete)
  console.error(`${name} has no entry in the lockfile: run node scripts/complete-lockfile.js`)
if (withScripts.length + withHosts.length + incomplete.length > 0) process.exit(1)
const runtime = entries.filter(([, entry]) => !entry.dev).length
console.log(
  `Dependencies are fine: ${runtime} packages at run time, none with an install script, no hosts in the lockfile`,
)

function isPlaced(path, name) {
  const folder = path.slice(0, path.lastIndexOf('node_modules/'))
  return [`${path}/`, folder, ''].some((place) => lock.packages[`${place}node_modules/${name}`] !== undefined)
}
