import { unionOf } from './declarations.ts'

/** Told once, in the text above the table. */
const ofAll = ['type', 'run', 'at']

/** What the page of events says otherwise than the source: a row for each type, with each of its fields. */
export function checkEvents(page: string, text: string): readonly string[] {
  const rows = new Map([...text.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, type, fields]) => [type!, fields!]))
  const events = unionOf('src/run/events.ts', 'RunEvent').map(
    (fields) => [fields.get('type')!.slice(1, -1), [...fields.keys()].filter((key) => !ofAll.includes(key))] as const,
  )
  return [
    ...events.flatMap(([type, fields]) => {
      const row = rows.get(type)
      if (row === undefined) return [`${page} has no row for ${type}`]
      return fields
        .filter((field) => !new RegExp(`\`${field}\\??\``).test(row))
        .map((field) => `${page} does not name \`${field}\` of ${type}`)
    }),
    ...[...rows.keys()]
      .filter((type) => events.every(([other]) => other !== type))
      .map((type) => `${page} tells of ${type}, which is no event`),
  ]
}
