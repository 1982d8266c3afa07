import type { Chapter } from './trap.ts'

export const execution9: Chapter = {
  title: 'remotes',
  traps: [
    {
      says: 'Data of DVC 2.x and of 3.x has different places on the same remote',
      proof: { test: 'data of DVC 2.x and of 3.x has places of its own on a remote, and comes from there' },
    },
    {
      says: 'what is missing everywhere is a warning for push; fetch goes on and the checkout of a pull fails',
      proof: { test: 'fetch and pull: data that is not on the remote ends as with DVC' },
    },
    {
      says: 'a directory whose listing is on the remote counts as complete there, so lost members are never pushed again',
      proof: {
        test: 'a member that went from the remote is pushed again, although the listing of its directory is there',
      },
    },
    {
      says: 'objects of a folder remote that are not read-only are hashed on every query, and deleted if damaged',
      proof: { test: 'a damaged object on the remote stays on a push without a sound copy, and gives way to one' },
    },
    {
      says: 'a damaged object that is read-only on the remote is fetched and from then on trusted',
      proof: {
        test: 'an object that is read-only on the remote but damaged does not become a trusted one of the cache',
      },
    },
    {
      says: 'with a remote named in the call, outs whose own remote is another are left out, not redirected',
      proof: { test: 'push: another remote leaves remotes as DVC leaves them, and DVC finds nothing left to push' },
    },
  ],
}
