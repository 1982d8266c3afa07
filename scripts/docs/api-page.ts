import { exportsOf } from './declarations.ts'

/** The page docs/reference/api.md: what the package exports, as the source declares it. */
export function apiText(): string {
  return [
    '# Library\n\n<!-- Written by `npm run docs` from the source; do not edit. -->\n',
    "What `import … from 'restage'` and `'restage/engine'` give. The command line is made of the same pieces: `src/cli/actions/run.ts` is an example. Until 1.0 anything may change.\n",
    section('restage', 'src/index.ts'),
    section('restage/engine', 'src/run/engine.ts'),
  ].join('\n')
}

function section(title: string, file: string): string {
  const entries = exportsOf(file).map(
    ({ name, says, text }) => `### ${name}\n\n${says === '' ? '' : `${says}\n\n`}\`\`\`ts\n${text}\n\`\`\`\n`,
  )
  return [`## ${title}\n`, ...entries].join('\n')
}
