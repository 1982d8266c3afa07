import { readdirSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** What the machine has that stages can ask for. */
export interface Machine {
  readonly cpus: number
  /** Bytes. */
  readonly memory: number
  /** Devices, as CUDA_VISIBLE_DEVICES names them. */
  readonly gpus: readonly string[]
}

/** Counts what this machine has, or as much of it as this process may use. */
export function countMachine(env: NodeJS.ProcessEnv): Machine {
  const allowed = process.constrainedMemory() // 0 or a huge number where nothing limits it
  return {
    cpus: availableParallelism(),
    memory: allowed > 0 ? Math.min(allowed, totalmem()) : totalmem(),
    gpus: visibleGpus(env),
  }
}

function visibleGpus(env: NodeJS.ProcessEnv): readonly string[] {
  const visible = env.CUDA_VISIBLE_DEVICES
  if (visible !== undefined) return visible.split(',').filter((name) => name.trim() !== '')
  try {
    return readdirSync('/dev')
      .flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? [])
      .toSorted((a, b) => Number(a) - Number(b))
  } catch {
    return []
  }
}
