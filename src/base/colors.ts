import pc from 'picocolors'

export type Colors = ReturnType<typeof pc.createColors>

/** Colours for one stream. `NO_COLOR` wins over `FORCE_COLOR`, which wins over what the stream is; empty variables count
 * as unset (https://no-color.org). */
export function chooseColors(env: NodeJS.ProcessEnv, isTerminal: boolean): Colors {
  return pc.createColors(isColorWanted(env, isTerminal))
}

function isColorWanted(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return isTerminal && env.TERM !== 'dumb'
}
