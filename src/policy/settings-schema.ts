import { z } from 'zod'

// What may be written in restage.yaml and under `meta: {restage: …}`, as it is written. The published JSON Schema is made
// from it; compile-settings.ts makes of it what the rest of the code sees.

const count = z.int('expected a whole number').nonnegative('expected a number from 0')
const positiveCount = z.int('expected a whole number from 1').positive('expected a whole number from 1')
const positive = z.number('expected a number').positive('expected a number above 0')

const durationWords = 'expected a duration such as `30s`, `5m` or `2h`'
const duration = z
  .union(
    [
      z.number().nonnegative(),
      z.string().regex(/^\d+(\.\d+)?((ms|s|m|h|d)(\d+(\.\d+)?(ms|s|m|h|d))*)?$/, durationWords),
    ],
    durationWords,
  )
  .meta({ description: 'A duration: `90` (seconds), `30s`, `5m`, `1h30m`' })

const sizeWords = 'expected a size such as `512Mi` or `8Gi`'
const byteSize = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+(\.\d+)?(k|[MGT]|[KMGT]i)?$/, sizeWords)], sizeWords)
  .meta({ description: 'A size: `512Mi`, `8Gi`, `1.5G`, or bytes' })

const name = z.string('expected a name').min(1, 'expected a name')
const names = z.array(name, 'expected a list of names')
const text = z.string('expected text')

const condition = z
  .string('expected text')
  .regex(/^(exit:\d+|signal:SIG[A-Z0-9]+|timeout|regex:.+)$/, {
    error: 'expected `exit:N`, `signal:NAME`, `timeout` or `regex:PATTERN`',
  })
  .refine((value) => !value.startsWith('regex:') || isPattern(value.slice('regex:'.length)), {
    error: 'expected a regular expression after `regex:`',
  })

const retries = z
  .union([
    count,
    z.strictObject({
      max: count.meta({ description: 'Further attempts after the first' }),
      backoff: duration.optional().meta({ description: 'Wait before the second attempt (default 1s)' }),
      factor: z
        .number('expected a number')
        .min(1, 'expected a number from 1')
        .optional()
        .meta({ description: 'By how much each wait is longer than the one before (default 2)' }),
      'max-backoff': duration.optional().meta({ description: 'Longest wait (default 5m)' }),
      jitter: z
        .number('expected a number')
        .min(0, 'expected a number from 0 to 1')
        .max(1, 'expected a number from 0 to 1')
        .optional()
        .meta({ description: 'Share by which a wait varies at random (default 0.1)' }),
      on: z.array(condition, 'expected a list').optional().meta({
        description:
          'What is tried again: `exit:N`, `signal:NAME`, `timeout`, `regex:PATTERN` (a line near the end of the log). Default: any failure of the command that does not look like lack of memory',
      }),
    }),
  ])
  .meta({ description: 'How often a failed stage is tried again' })

const timeout = z
  .union([duration, z.strictObject({ after: duration, grace: duration.optional() })])
  .meta({ description: 'Ends an attempt that takes longer; `grace`: time between asking and killing (default 10s)' })

const notify = z
  .strictObject({
    on: z
      .array(
        z.enum(['failed', 'recovered', 'long-running'], 'expected `failed`, `recovered` or `long-running`'),
        'expected a list',
      )
      .min(1, 'expected at least one of `failed`, `recovered` and `long-running`'),
    after: duration.optional().meta({ description: 'When a run counts as long (default 1h)' }),
    webhook: z
      .union([z.strictObject({ url: text }), z.strictObject({ 'url-env': name })], 'expected `url` or `url-env`')
      .optional()
      .meta({ description: 'Gets a POST with JSON, whose `text` Slack shows; `url-env`: variable that holds the URL' }),
    mail: z
      .strictObject({
        to: z.union([name, z.array(name).min(1)], 'expected an address or a list of addresses'),
        from: name,
        'smtp-env': name.meta({ description: 'Variable that holds `smtp://user:password@host:port`, or `smtps:`' }),
      })
      .optional()
      .meta({ description: 'Gets the message by mail' }),
    command: text.optional().meta({ description: 'Is run in /bin/sh and gets the same JSON on its standard input' }),
  })
  .refine(
    ({ webhook, mail, command }) => webhook !== undefined || mail !== undefined || command !== undefined,
    'expected `webhook`, `mail` or `command`',
  )

const stageShape = {
  retries: retries.optional(),
  timeout: timeout.optional(),
  resources: z
    .strictObject({
      cpus: positive.optional(),
      memory: byteSize.optional(),
      gpus: count.optional(),
      tokens: z.record(name, positiveCount).optional(),
    })
    .optional()
    .meta({ description: 'What the stage holds while it runs' }),
  mutex: names.optional().meta({ description: 'Stages that share a name here never run at the same time' }),
  priority: z
    .int('expected a whole number')
    .optional()
    .meta({ description: 'Higher starts first, where several could start (default 0)' }),
  env: z
    .record(name, z.union([text, z.number(), z.boolean()], 'expected text'))
    .optional()
    .meta({ description: 'Environment variables of the commands. DVC does not see them change' }),
  when: text.min(1, 'expected an expression').optional().meta({
    description:
      'The stage is handled only if this is true: an expression of CEL over `params["FILE"]` and `metrics["FILE"]`, such as `metrics["eval.json"].auc > 0.8`',
  }),
  secrets: names.optional().meta({
    description: 'Variables (or `NAME_FILE`) that only stages which list them get; their values are masked in logs',
  }),
}

/** What may be said of a stage. */
export const stageSchema = z.strictObject(stageShape, 'expected a map')

/** The whole of restage.yaml. */
export const settingsSchema = z
  .strictObject(
    {
      $schema: text.optional(),
      jobs: positiveCount.optional().meta({ description: 'Most stages at once (default: number of cores)' }),
      order: z
        .enum(['deps', 'file'], 'expected `deps` or `file`')
        .optional()
        .meta({ description: '`file`: stages of one dvc.yaml run one after the other, in the order of a serial run' }),
      deadline: duration.optional().meta({ description: 'Ends a run that takes longer' }),
      limits: z
        .strictObject({
          cpus: positive.optional(),
          memory: byteSize.optional(),
          gpus: z.union([count, z.array(z.union([text, count]))], 'expected a number or a list of devices').optional(),
          tokens: z.record(name, positiveCount).optional(),
        })
        .optional()
        .meta({ description: 'What there is for all stages together (default: what the machine has)' }),
      history: z
        .strictObject({ runs: positiveCount.optional(), age: duration.optional() })
        .optional()
        .meta({ description: 'How many runs are remembered (default 500), and how long (default: for ever)' }),
      notify: z
        .array(notify, 'expected a list')
        .optional()
        .meta({ description: 'Who is told when a run fails, succeeds again, or takes long' }),
      stages: z
        .record(name, stageSchema, 'expected a map from stages to what is asked for of them')
        .optional()
        .meta({ description: 'By name, address or pattern; later entries win, key by key' }),
    },
    'expected a map',
  )
  .meta({ title: 'restage.yaml', description: 'How Restage runs the stages of a DVC project' })

export type WrittenSettings = z.infer<typeof settingsSchema>
export type WrittenStage = z.infer<typeof stageSchema>

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp
  } catch {
    return false
  }
}
