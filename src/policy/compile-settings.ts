import { parseByteSize } from '../base/byte-size.ts'
import { parseDuration } from '../base/duration.ts'
import { noSettings, type NotifyPolicy, type Settings } from './settings.ts'
import type { WrittenSettings, WrittenStage } from './settings-schema.ts'
import {
  defaultGraceMs,
  defaultPolicy,
  type Limits,
  type RetryCondition,
  type RetryPolicy,
  type StagePolicy,
  type TimeoutPolicy,
} from './stage-policy.ts'

/** Everything of restage.yaml but what it says of stages. */
export function compileSettings(written: WrittenSettings): Omit<Settings, 'policyOf' | 'conditionOf' | 'secretNames'> {
  const { jobs, order = 'deps', deadline, history } = written
  return {
    jobs,
    order,
    deadlineMs: deadline === undefined ? undefined : toMs(deadline),
    limits: compileLimits(written.limits ?? {}),
    notify: (written.notify ?? []).map(compileNotify),
    history: {
      runs: history?.runs ?? noSettings.history.runs,
      ms: history?.age === undefined ? undefined : toMs(history.age),
    },
  }
}

/** One policy of several, of which later ones win key by key. */
export function compileStage(entries: readonly WrittenStage[]): StagePolicy {
  const written: WrittenStage = Object.assign({}, ...entries)
  const { retries, timeout, resources, mutex = [], priority = 0, env = {}, secrets = [], when } = written
  return {
    retries: compileRetries(retries ?? 0),
    timeout: timeout === undefined ? undefined : compileTimeout(timeout),
    resources: {
      cpus: resources?.cpus ?? defaultPolicy.resources.cpus,
      memory: toBytes(resources?.memory ?? 0),
      gpus: resources?.gpus ?? 0,
      tokens: resources?.tokens ?? {},
    },
    mutex,
    priority,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
    secrets,
    when,
  }
}

function compileNotify({
  on,
  after,
  webhook,
  mail,
  command,
}: NonNullable<WrittenSettings['notify']>[number]): NotifyPolicy {
  return {
    on,
    longMs: after === undefined ? 3_600_000 : toMs(after),
    webhook: webhook === undefined || 'url' in webhook ? webhook : { urlEnv: webhook['url-env'] },
    mail: mail && { to: [mail.to].flat(), from: mail.from, smtpEnv: mail['smtp-env'] },
    command,
  }
}

function compileLimits({ cpus, memory, gpus, tokens }: NonNullable<WrittenSettings['limits']>): Limits {
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memory: toBytes(memory) }),
    ...(gpus === undefined ? {} : { gpus: typeof gpus === 'number' ? gpus : gpus.map(String) }),
    ...(tokens === undefined ? {} : { tokens }),
  }
}

function compileRetries(written: NonNullable<WrittenStage['retries']>): RetryPolicy {
  const defaults = defaultPolicy.retries
  if (typeof written === 'number') return { ...defaults, max: written }
  return {
    max: written.max,
    backoffMs: written.backoff === undefined ? defaults.backoffMs : toMs(written.backoff),
    factor: written.factor ?? defaults.factor,
    maxBackoffMs: written['max-backoff'] === undefined ? defaults.maxBackoffMs : toMs(written['max-backoff']),
    jitter: written.jitter ?? defaults.jitter,
    on: written.on?.map(toCondition),
  }
}

function toCondition(text: string): RetryCondition {
  const colon = text.indexOf(':')
  const [kind, rest] = [text.slice(0, colon), text.slice(colon + 1)]
  if (kind === 'exit') return { kind, code: Number(rest) }
  if (kind === 'signal') return { kind, signal: rest }
  return kind === 'regex' ? { kind: 'log', pattern: rest } : { kind: 'timeout' }
}

function compileTimeout(written: NonNullable<WrittenStage['timeout']>): TimeoutPolicy {
  const { after, grace } = typeof written === 'object' ? written : { after: written }
  return { afterMs: toMs(after), graceMs: grace === undefined ? defaultGraceMs : toMs(grace) }
}

function toMs(written: number | string): number {
  return parseDuration(String(written)) ?? 0
}

function toBytes(written: number | string): number {
  return parseByteSize(String(written)) ?? 0
}
