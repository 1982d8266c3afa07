import { errnoOf } from '../base/file-problem.ts'
import type { Problem } from '../base/problem.ts'
import type { MailPolicy, NotifyPolicy } from '../policy/settings.ts'
import type { Notification } from './notification.ts'
import { observeProblems } from './problems.ts'

/** How long telling may take: a run waits for it. */
const longestMs = 10_000

/** Tells one notification everywhere a policy asks for. Resolves to what did not work; a run never fails for that. */
export async function sendNotification(
  notification: Notification,
  { webhook, mail, command }: NotifyPolicy,
  context: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<readonly Problem[]> {
  const results = await Promise.all([
    webhook === undefined ? undefined : post(notification, webhook, context.env),
    mail === undefined ? undefined : write(notification, mail, context.env),
    command === undefined ? undefined : call(notification, command, context),
  ])
  return results.filter((problem) => problem !== undefined)
}

// The URL is often a secret itself, so it stands in no message.
async function post(
  notification: Notification,
  webhook: NonNullable<NotifyPolicy['webhook']>,
  env: NodeJS.ProcessEnv,
): Promise<Problem | undefined> {
  const [url, name] = 'url' in webhook ? [webhook.url, 'webhook.url'] : [env[webhook.urlEnv], webhook.urlEnv]
  if (!url) return observeProblems.notifyFailed(name, 'the variable is not set')
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(notification),
      redirect: 'error',
      signal: AbortSignal.timeout(longestMs),
    })
    return response.ok ? undefined : observeProblems.notifyFailed(name, `it answered ${response.status}`)
  } catch (error) {
    return observeProblems.notifyFailed(name, reasonOf(error))
  }
}

// `fetch failed` says little, and the message of its cause may hold the URL.
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'it could not be reached'
}

async function write(
  { text }: Notification,
  { to, from, smtpEnv }: MailPolicy,
  env: NodeJS.ProcessEnv,
): Promise<Problem | undefined> {
  const url = env[smtpEnv]
  if (!url) return observeProblems.notifyFailed(smtpEnv, 'the variable is not set')
  const { createTransport } = await import('nodemailer')
  const limits = { connectionTimeout: longestMs, greetingTimeout: longestMs, socketTimeout: longestMs }
  try {
    const transport = createTransport({ ...limits, url })
    await transport.sendMail({ to: [...to], from, subject: text.split('\n')[0] ?? '', text })
    return undefined
  } catch (error) {
    return observeProblems.notifyFailed(smtpEnv, errnoOf(error) ?? 'the mail could not be sent')
  }
}

async function call(
  notification: Notification,
  command: string,
  { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<Problem | undefined> {
  const { execa } = await import('execa')
  const { exitCode, failed, timedOut } = await execa('/bin/sh', ['-c', command], {
    cwd,
    env: { ...env, RESTAGE_EVENT: notification.event, RESTAGE_RUN: notification.run },
    input: JSON.stringify(notification),
    stdout: 'ignore',
    stderr: 'ignore',
    timeout: longestMs,
    reject: false,
  })
  if (!failed) return undefined
  return observeProblems.notifyFailed(
    'command',
    timedOut ? 'it took too long' : `it ended with ${exitCode ?? 'a signal'}`,
  )
}
