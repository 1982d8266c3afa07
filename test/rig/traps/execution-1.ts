import type { Chapter } from './trap.ts'

export const execution1: Chapter = {
  title: 'hashing',
  traps: [
    {
      says: 'Listings are sorted by code points of the whole path, not by UTF-16 units nor by path components',
      proof: { test: 'files and directories have the hashes that DVC gives them' },
    },
    {
      says: 'Listings escape DEL and everything that is not ASCII, and have blanks after commas and colons',
      proof: { test: 'files and directories have the hashes that DVC gives them' },
    },
    {
      says: 'Execute bits and sizes are no part of a listing',
      proof: { test: 'outs stored by default are left as DVC leaves them' },
    },
    {
      says: 'Whether a file is a text is guessed anew for each MiB, from its first 512 bytes',
      proof: { test: 'files and directories have the hashes that DVC gives them' },
    },
    {
      says: 'Sizes are those of what links lead to, and a file that is linked twice counts twice',
      proof: { test: 'files and directories have the hashes that DVC gives them' },
    },
    {
      says: 'Hashes of DVC 2.x stay as long as the content does, and change one by one',
      proof: { test: 'a project of DVC 2.x whose outs change: run after run, all is left as DVC leaves it' },
    },
  ],
}
