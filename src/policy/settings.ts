import type { Stage } from '../model/stage.ts'
import type { Condition } from '../plan/condition.ts'
import type { Limits, StagePolicy } from './stage-policy.ts'

/** What `restage.yaml` and `meta: {restage: …}` of the stages ask for, every field present where it has a default. */
export interface Settings {
  /** Most stages at once. @default the number of cores */
  readonly jobs: number | undefined
  /** `file`: stages of one dvc.yaml also run one after the other, in the order of a serial run. @default deps */
  readonly order: 'deps' | 'file'
  /** When a whole run must have ended, in ms from its start. @default never */
  readonly deadlineMs: number | undefined
  readonly limits: Limits
  readonly history: HistoryPolicy
  readonly notify: readonly NotifyPolicy[]
  /** What is asked for of a stage; `undefined`: nothing. */
  readonly policyOf: (stage: Stage) => StagePolicy | undefined
  /** What must hold for a stage to be handled; `undefined`: nothing. */
  readonly conditionOf: (stage: Stage) => Condition | undefined
  /** Names of all secrets that any stage asks for. */
  readonly secretNames: readonly string[]
}

/** How much of earlier runs is kept, events and logs. */
export interface HistoryPolicy {
  /** So many runs. @default 500 */
  readonly runs: number
  /** And none that is older, in ms. @default any age */
  readonly ms: number | undefined
}

/** What people are told of. */
export type NotifyEvent = 'failed' | 'recovered' | 'long-running'

/** Who is told of what. */
export interface NotifyPolicy {
  readonly on: readonly NotifyEvent[]
  /** When a run counts as long, in ms. @default one hour */
  readonly longMs: number
  /** A URL, or the name of the variable that holds it. */
  readonly webhook: { readonly url: string } | { readonly urlEnv: string } | undefined
  readonly mail: MailPolicy | undefined
  readonly command: string | undefined
}

export interface MailPolicy {
  readonly to: readonly string[]
  readonly from: string
  /** Name of the variable that holds the server's URL with what it takes to log in. */
  readonly smtpEnv: string
}

/** Of a project that says nothing. */
export const noSettings: Settings = {
  jobs: undefined,
  order: 'deps',
  deadlineMs: undefined,
  limits: {},
  history: { runs: 500, ms: undefined },
  notify: [],
  policyOf: () => undefined,
  conditionOf: () => undefined,
  secretNames: [],
}

/** The file of the settings, beside `.dvc/`. */
export const settingsFile = 'restage.yaml'
