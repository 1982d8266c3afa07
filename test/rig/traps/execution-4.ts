import type { Chapter } from './trap.ts'

export const execution4: Chapter = {
  title: 'commands',
  traps: [
    {
      says: 'A string is cut at every line end that Python knows, a list item is not',
      proof: { test: 'a string is cut into commands at every line end that Python knows, a list item is not' },
    },
    {
      says: 'The shell is neither a login shell nor ends at the first error',
      proof: { test: 'commands run in $SHELL with the arguments that DVC gives it: bash' },
    },
    {
      says: 'Zsh and fish get arguments of their own',
      proof: { test: 'commands run in $SHELL with the arguments that DVC gives it: zsh' },
    },
    { says: 'An older fish knows no --no-config', proof: { test: 'an older fish is called without --no-config' } },
    {
      says: 'DVC_STAGE is always set, DVC_ROOT only if it is not set already',
      proof: { test: 'commands find their stage, their root and the caller’s environment' },
    },
    {
      says: 'The first command that fails ends its stage',
      proof: { test: 'the first command that fails ends its stage, and nothing else does' },
    },
  ],
}
