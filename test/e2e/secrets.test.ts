import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStages } from '../rig/open-stages.ts'
import { until } from '../rig/processes.ts'
import type { Program } from '../rig/program.ts'

/** Two hundred secrets of every make. */
const secrets = new Map(Array.from({ length: 200 }, (_, index) => [`CANARY_${index}`, canary(index)] as const))

test('none of 200 secrets is found in logs, history, what is printed, or the list of processes', async () => {
  const names = [...secrets.keys()]
  // One stage tells all that it knows, in every way and cut anywhere; another fails with it.
  const tell = String.raw`env | grep ^CANARY_ | while IFS= read -r line; do
  printf '%s\n' "$line"; printf '%s' "$line" | base64 -w0; echo; printf '%s\n' "$line" >&2; done
python3 -c '
import json, os, sys, time, urllib.parse
for name, value in sorted(os.environ.items()):
    if not name.startswith("CANARY_"): continue
    print(json.dumps({name: value})); print(urllib.parse.quote(value, safe=""))
    for character in value[:40]:
        sys.stdout.write(character); sys.stdout.flush()
    sys.stdout.write(value[40:]); print()
'
touch told; while ! test -f go; do sleep 0.05; done; exit 3`
  const stages = {
    tell: { cmd: [tell], meta: { restage: { secrets: names, retries: 1 } } },
    without: { cmd: 'env | grep -c ^CANARY_ > count.txt; true' },
  }
  await using rig = await openStages(stages, 'stages: {tell: {retries: {max: 1, backoff: 1ms}}}')
  const program = rig.cli(['run', '-j2', '-k', '-v', '--events', 'events.ndjson'], { env: Object.fromEntries(secrets) })
  await until(() => isThere(join(rig.root, 'told')), program)
  const processes = commandLines()
  await writeFile(join(rig.root, 'go'), '')
  const printed = await textOf(program)
  const shown = (await textOf(rig.cli(['show', '--json']))) + (await textOf(rig.cli(['runs', '--json'])))
  const logs = await textOf(rig.cli(['logs', 'tell']))
  expect(readFileSync(join(rig.root, 'count.txt'), 'utf8')).toBe('0\n')
  expect(logs).toContain('CANARY_7=***')
  const places = { processes, printed, shown, logs, ...filesBelow(rig.root) }
  expect(Object.keys(places)).toContain('.restage/index.sqlite')
  expect(foundIn(places)).toEqual([])
})

function foundIn(places: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    [...secrets]
      .filter(([, value]) => spellings(value).some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in ${place}`),
  )
}

function spellings(value: string): readonly string[] {
  const lines = value.split('\n').filter((line) => line.length >= 8)
  return [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ]
}

function canary(index: number): string {
  const random = randomBytes(18)
  switch (index % 5) {
    case 0:
      return random.toString('base64')
    case 1:
      return `p@ss ${random.toString('hex')} "w\\rd/${index}?`
    case 2:
      return `-----BEGIN KEY-----\n${random.toString('base64')}\n${randomBytes(30).toString('base64')}\n-----END KEY ${random.toString('hex')}-----`
    case 3:
      return `ünïcode-${random.toString('hex')}`
    default:
      return random.toString('hex').repeat(1 + (index % 3))
  }
}

function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // ended meanwhile
      }
    })
    .join('\n')
}

function filesBelow(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  )
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]))
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

async function textOf(program: Program): Promise<string> {
  const { stdout, stderr } = await program.result
  return stdout + stderr
}
