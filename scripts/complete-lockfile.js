// Completes package-lock.json after `npm install` on a machine whose registry holds no builds for other platforms: npm
// leaves those out, and `npm ci` then refuses the lockfile everywhere. Adds an entry (version, os, cpu, libc) for every
// optional dependency without one; npm skips it where the platform differs.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const packages = lock.packages
let added = 0
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    // Beside the package that wants it, so that two versions of that package can each have theirs.
    const place = path.slice(0, path.lastIndexOf('node_modules/') + 'node_modules/'.length) + name
    if (packages[`${path}/node_modules/${name}`] ?? packages[place]) continue
    packages[place] = { version, ...platformOf(name), ...(entry.dev && { dev: true }), optional: true }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n')
console.log(`${added} entries for other platforms added to package-lock.json`)

/** From names such as `@oxlint/binding-linux-arm64-musl`: the part after the scope says it all. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-')
  const os = words.find((word) => ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].includes(word))
  const cpu = words
    .map((word) => (/^arm(eabi|-)?$/.test(word) ? 'arm' : word))
    .find((word) => ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].includes(word))
  if (cpu === undefined) throw new Error(`The platform of ${name} cannot be told from its name`)
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined
  return { cpu: [cpu], ...(os && { os: [os] }), ...(os === 'linux' && libc && { libc: [libc] }) }
}
