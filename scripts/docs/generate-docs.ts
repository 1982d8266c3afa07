import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import pc from 'picocolors'
import { z } from 'zod'
import type { CliIo } from '../../src/cli/cli-io.ts'
import { exitCodeMeanings } from '../../src/cli/exit-code.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { settingsSchema } from '../../src/policy/settings-schema.ts'
import { apiText } from './api-page.ts'
import { checkEvents } from './check-events.ts'

// Writes what is generated under docs/reference: cli.md from the tree of commands, restage.schema.json from the schema of settings, api.md
// from what the package exports. With `--check` nothing is written: the files must be current, errors.md must have a paragraph for every
// problem code, events.md a row for every event, and links between our pages must lead somewhere.

const cliPage = 'docs/reference/cli.md'
const schemaFile = 'docs/reference/restage.schema.json'
const apiPage = 'docs/reference/api.md'
const errorsPage = 'docs/reference/errors.md'
const eventsPage = 'docs/reference/events.md'

const faults = process.argv.includes('--check')
  ? [...checkGenerated(), ...checkErrorsPage(), ...checkEvents(eventsPage, read(eventsPage)), ...checkLinks()]
  : write()
for (const fault of faults) process.stderr.write(`docs: ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1

function write(): readonly string[] {
  for (const [file, text] of generated()) writeFileSync(file, text)
  return []
}

function checkGenerated(): readonly string[] {
  return generated().flatMap(([file, text]) =>
    read(file) === text ? [] : [`${file} is not current: run \`npm run docs\``],
  )
}

function generated(): readonly (readonly [file: string, text: string])[] {
  return [
    [cliPage, cliText()],
    [schemaFile, schemaText()],
    [apiPage, apiText()],
  ]
}

function schemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(settingsSchema, { io: 'input' }), null, 2)}\n`
}

function cliText(): string {
  let help = ''
  const output = {
    write: (text: string | Uint8Array) => void (help += String(text)),
    colors: pc.createColors(false),
    isTerminal: false,
    size: () => ({ columns: 100, rows: 24 }),
  }
  const io: CliIo = { cwd: '/', env: {}, stdout: output, stderr: output, version: '', isJson: false }
  const program = buildProgram(io, () => undefined)
  const sections = [program, ...program.commands].map((command) => {
    help = ''
    command.configureOutput({ ...command.configureOutput(), getOutHelpWidth: () => 100, getOutHasColors: () => false })
    command.outputHelp()
    return `## ${titleOf(command)}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`
  })
  const codes = exitCodeMeanings.map(([code, meaning]) => `| ${code} | ${meaning} |\n`).join('')
  return [
    '# Command line\n\n<!-- Written by `npm run docs` from the command tree; do not edit. -->\n',
    'Targets and flags of `run` mean what they mean in `dvc repro`. Addresses and paths are as seen from the working directory; in JSON they are relative to the DVC root (see [json.md](json.md)).\n',
    ...sections,
    `## Exit codes\n\n| code | meaning |\n| --- | --- |\n${codes}`,
  ].join('\n')
}

function titleOf(command: Command): string {
  return command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`
}

function checkErrorsPage(): readonly string[] {
  const documented = [...read(errorsPage).matchAll(/^### ([A-Z][A-Z0-9_]+)$/gm)].map(([, code]) => code!)
  const used = usedCodes()
  return [
    ...[...used]
      .filter((code) => !documented.includes(code))
      .map((code) => `${errorsPage} has no paragraph on ${code}`),
    ...documented.filter((code) => !used.has(code)).map((code) => `${errorsPage} tells of ${code}, which nothing uses`),
    ...documented
      .filter((code, index) => documented.indexOf(code) !== index)
      .map((code) => `${errorsPage} tells of ${code} twice`),
  ]
}

// Codes are all capitals with an underscore; they stand in files of wording, or after `code:`.
function usedCodes(): ReadonlySet<string> {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  return new Set(
    sources.flatMap((file) => {
      const text = read(join('src', file))
      const pattern = basename(file).endsWith('problems.ts')
        ? /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g
        : /\bcode: '([A-Z][A-Z0-9_]+)'/g
      return [...text.matchAll(pattern)].map(([, code]) => code!)
    }),
  )
}

function checkLinks(): readonly string[] {
  const pages = [
    'README.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join('docs', file)),
  ]
  return pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].flatMap(([, target]) => {
      const path = join(page, '..', target!)
      return isThere(path) ? [] : [`${page} links to ${target}, which does not exist`]
    }),
  )
}

function isThere(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR'
  }
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}
