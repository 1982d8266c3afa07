import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { defineConfig, type RolldownOptions, type RolldownPlugin } from 'rolldown'
import { md5Program } from './src/cache/hash/md5-module.ts'

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}
const dependencies = Object.keys(manifest.dependencies)

/** Dependencies stay outside the bundle, except those that nearly every call loads: they are development dependencies and
 * come inside, because to find and read the files of a package costs more than what is in them. */
const common: RolldownOptions = {
  platform: 'node',
  external: (id) => id.startsWith('node:') || dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
  // `using` and other syntax that Node 20 lacks is compiled away.
  transform: { target: 'node20.19' },
}

const output: RolldownOptions['output'] = {
  dir: 'dist',
  cleanDir: false,
  sourcemap: false,
  banner: ({ moduleIds }) => noticesFor(moduleIds),
  comments: { legal: true, annotation: true, jsdoc: false },
}

// To build the tree of commands takes as long as Node takes to start, and what it says of itself stays the same.
const writtenHelp: RolldownPlugin = {
  name: 'written-help',
  writeBundle: () => {
    chmodSync('dist/cli/main.cjs', 0o755)
    const help = execFileSync(process.execPath, ['dist/cli/main.cjs', '--cd', '.', '--help'])
    writeFileSync('dist/cli/help.txt', help)
  },
}

// Whoever loads the program carries out a call: what it shares with others has to stand in a chunk.
const nobodyLoadsMain: RolldownPlugin = {
  name: 'nobody-loads-main',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk' && chunk.imports.includes('cli/main.cjs'))
        throw new Error(`${chunk.fileName} loads cli/main.cjs: put what it wants into a group of code splitting`)
    }
  },
}

const writtenMd5: RolldownPlugin = {
  name: 'written-md5',
  writeBundle: () => writeFileSync('dist/md5.wasm', md5Program()),
}

/** The command line and its threads and helpers are CommonJS, which Node starts sooner than modules. What the command line
 * imports lazily becomes a chunk of its own, so that `restage --version` reads next to nothing. */
const programs: RolldownOptions = {
  ...common,
  plugins: [nobodyLoadsMain, writtenHelp, writtenMd5],
  input: {
    'cli/main': 'src/cli/main.ts',
    'hash-worker': 'src/cache/hash/md5-worker.ts',
    'move-worker': 'src/cache/remotes/move-worker.ts',
    'spawn-worker': 'src/engines/local/spawn-worker.ts',
  },
  output: {
    ...output,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    // What a call needs that says again what it said comes in one piece: each file costs a millisecond.
    // So does what is wanted first by a call that has work to do.
    codeSplitting: {
      groups: [
        { name: 'answers', test: /\/src\/(?:cli\/answers|base\/read-if-exists)\.ts$/ },
        { name: 'work', test: /\/src\/(?:cli\/(?:keep-compiled|lean-heap|listen)|project\/write-stamped)\.ts$/ },
      ],
    },
  },
}

const library: RolldownOptions = {
  ...common,
  input: { index: 'src/index.ts', engine: 'src/run/engine.ts' },
  output: {
    ...output,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
}

export default defineConfig([programs, library])

/** What the licences of the packages inside a chunk ask for. */
function noticesFor(moduleIds: readonly string[]): string {
  const names = moduleIds.flatMap((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [])
  return [...new Set(names)]
    .toSorted()
    .map((name) => `/*! ${name}\n${licenceOf(name)}*/\n`)
    .join('')
}

function licenceOf(name: string): string {
  const file = readdirSync(`node_modules/${name}`).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} comes without the text of its licence`)
  return readFileSync(`node_modules/${name}/${file}`, 'utf8')
}
