import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}
const dependencies = Object.keys(manifest.dependencies)

const commanderNotice = `/*! commander\n${readFileSync('node_modules/commander/LICENSE', 'utf8')}*/`

/** Dependencies stay outside the bundle; what the command line imports lazily becomes a chunk of its own, so that
 * `restage --version` reads next to nothing. Commander, which every other call loads, is a development dependency and
 * comes inside: that halves what `restage --help` takes beyond the start of Node. */
export default defineConfig({
  input: {
    'cli/main': 'src/cli/main.ts',
    index: 'src/index.ts',
    engine: 'src/run/engine.ts',
    'hash-worker': 'src/cache/hash/md5-worker.ts',
    'spawn-worker': 'src/engines/local/spawn-worker.ts',
  },
  platform: 'node',
  external: (id) => id.startsWith('node:') || dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
  // `using` and other syntax that Node 20 lacks is compiled away.
  transform: { target: 'node20.19' },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: false,
    sourcemap: false,
    // What a call needs that says again what it said comes in one piece: each file costs a millisecond.
    codeSplitting: { groups: [{ name: 'answers', test: /\/src\/cli\/answers\.ts$/ }] },
    // What its licence asks for.
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.includes('/commander/')) ? commanderNotice : ''),
    comments: { legal: true, annotation: true, jsdoc: false },
  },
})
