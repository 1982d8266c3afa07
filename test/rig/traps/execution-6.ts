import type { Chapter } from './trap.ts'

export const execution6: Chapter = {
  title: 'locks',
  traps: [
    {
      says: 'That the lock file exists means nothing: only the BSD lock on it counts',
      proof: { test: 'we are kept out while DVC holds the repository lock, and wait for it if asked to' },
    },
    {
      says: "DVC's registry of readers and writers has exactly the keys pid and cmd; one more breaks DVC",
      proof: { test: 'DVC keeps off the paths that we work on and handles others' },
    },
    {
      says: 'DVC reads all records at the start, and later steps do not see what others recorded meanwhile',
      proof: {
        test: 'several processes of DVC and of ours in one checkout, usual, spoil nothing and judge nothing wrongly',
      },
    },
    {
      says: 'While the command of a stage runs, the repository lock is free; only the registry tells which paths are taken',
      proof: { test: "while DVC runs a stage, we may take the repository lock but not the stage's paths" },
    },
    {
      says: 'A command may call dvc for other stages, but not for its own outs',
      proof: { test: 'a command may call dvc for other stages, and is refused for its own' },
    },
    {
      says: "DVC's checkout takes no part in the registry: under a running stage it puts old outs back, which are recorded as made",
      proof: { test: "DVC's checkout puts an old out back under a running stage, and DVC records it as made" },
    },
    {
      says: 'core.hardlink_lock puts another kind of lock at the same path',
      proof: { test: 'locks made of links keep either out while the other holds them' },
    },
  ],
}
