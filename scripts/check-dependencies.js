// Checks that installing restage runs nobody's code: no package that comes along with it has an install script, and the
// lockfile names no hosts (`resolved`), so that it works with any mirror.
import { readFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const entries = Object.entries(lock.packages).filter(([path]) => path !== '')
const withScripts = entries.filter(([, entry]) => entry.hasInstallScript && !entry.dev && !entry.devOptional)
const withHosts = entries.filter(([, entry]) => entry.resolved !== undefined)

for (const [path] of withScripts) console.error(`${path} runs a script when it is installed`)
for (const [path, entry] of withHosts)
  console.error(`${path} is tied to ${entry.resolved}: set omit-lockfile-registry-resolved`)
if (withScripts.length + withHosts.length > 0) process.exit(1)
const runtime = entries.filter(([, entry]) => !entry.dev).length
console.log(
  `Dependencies are fine: ${runtime} packages at run time, none with an install script, no hosts in the lockfile`,
)
