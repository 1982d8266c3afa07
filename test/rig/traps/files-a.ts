import type { Chapter } from './trap.ts'

export const filesA: Chapter = {
  title: 'YAML and numbers',
  traps: [
    { says: 'plain scalars are typed by YAML 1.2 with extras', proof: { test: 'YAML is read as DVC reads it' } },
    {
      says: 'a tab beside a plain scalar depends on the parser that is installed',
      proof: { exception: 'Accepted, as the compatibility page tells; the fuzz knows it by name' },
    },
    {
      says: 'numbers are written as Python writes them',
      proof: { test: 'YAML and JSON are written with the bytes of DVC, wherever DVC reads its own bytes back' },
    },
    {
      says: 'integers have any size and are not floats',
      proof: { test: 'integers and floats stay apart, of any size' },
    },
    {
      says: 'a value that fits the pattern of a date or number and is none is an error',
      proof: { test: 'YAML is read as DVC reads it' },
    },
  ],
}
