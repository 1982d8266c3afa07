/** How one stage is to be run, beyond what dvc.yaml says of it. */
export interface StagePolicy {
  readonly retries: RetryPolicy
  /** Ends an attempt that takes too long. @default no limit */
  readonly timeout: TimeoutPolicy | undefined
  readonly resources: Resources
  /** Stages that name the same mutex never run at the same time. */
  readonly mutex: readonly string[]
  /** Of the stages that could start, those with a higher number do first. @default 0 */
  readonly priority: number
  /** Added to the environment of the stage's commands. */
  readonly env: Readonly<Record<string, string>>
  /** Names of variables that only stages which list them get, and whose values never reach a log. */
  readonly secrets: readonly string[]
  /** An expression of CEL; if it is not true, the stage is skipped. @default none */
  readonly when: string | undefined
}

/** Whether and when a failed attempt is tried again. */
export interface RetryPolicy {
  /** Further attempts after the first. @default 0 */
  readonly max: number
  /** Wait before the second attempt, in ms. @default 1000 */
  readonly backoffMs: number
  /** By how much each wait is longer than the one before. @default 2 */
  readonly factor: number
  /** Longest wait, in ms. @default five minutes */
  readonly maxBackoffMs: number
  /** Share by which a wait is made longer or shorter at random, so that stages which failed together do not come back
   * together. @default 0.1 */
  readonly jitter: number
  /** What must have happened. @default any failure of the command but one that looks like lack of memory */
  readonly on: readonly RetryCondition[] | undefined
}

export type RetryCondition =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout' }
  /** Matches a line near the end of the attempt's log. */
  | { readonly kind: 'log'; readonly pattern: string }

export interface TimeoutPolicy {
  readonly afterMs: number
  /** How long the stage may take to end after it was asked to; then its processes are killed. @default 10 seconds */
  readonly graceMs: number
}

/** What a stage holds while it runs. */
export interface Resources {
  /** Cores. @default 1 */
  readonly cpus: number
  /** Bytes. @default 0: not counted */
  readonly memory: number
  /** Devices; which ones, the stage is told in CUDA_VISIBLE_DEVICES. @default 0 */
  readonly gpus: number
  /** Anything else of which there is a limited number: licences, connections. */
  readonly tokens: Readonly<Record<string, number>>
}

/** How much there is for all stages together; what is absent is counted on the machine. */
export interface Limits {
  readonly cpus?: number
  /** Bytes. */
  readonly memory?: number
  /** A number of devices, or their names as CUDA_VISIBLE_DEVICES has them. */
  readonly gpus?: number | readonly string[]
  /** A token that is not named here exists once. */
  readonly tokens?: Readonly<Record<string, number>>
}

/** What holds for a stage of which nothing is said. */
export const defaultPolicy: StagePolicy = {
  retries: { max: 0, backoffMs: 1000, factor: 2, maxBackoffMs: 300_000, jitter: 0.1, on: undefined },
  timeout: undefined,
  resources: { cpus: 1, memory: 0, gpus: 0, tokens: {} },
  mutex: [],
  priority: 0,
  env: {},
  secrets: [],
  when: undefined,
}

/** @default 10 seconds */
export const defaultGraceMs = 10_000
