import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openStages } from '../rig/open-stages.ts'

const fit = {
  cmd: 'echo "Timeout: $API_KEY"; test -f go',
  always_changed: true,
  meta: { restage: { secrets: ['API_KEY'] } },
}
const later = { cmd: 'true', deps: ['fit.txt'] }

test('a webhook is told when a run fails and when it works again, and of nothing between', async () => {
  await using hook = await openHook(200)
  const settings = 'notify: [{on: [failed, recovered], webhook: {url-env: HOOK}}]'
  await using rig = await openStages({ fit: { ...fit, outs: ['fit.txt'] }, later }, settings)
  const env = { HOOK: hook.url, API_KEY: 'canary-4711' }
  const failed = await rig.cli(['run', '--json'], { env }).result
  expect(failed.exitCode).toBe(1)
  const { run } = JSON.parse(failed.stdout) as { run: string }
  expect(hook.bodies).toHaveLength(1)
  const [body] = hook.bodies
  expect(JSON.parse(body!)).toMatchObject({
    event: 'failed',
    project: 'project',
    run,
    exitCode: 1,
    failed: [{ address: 'fit', reason: { kind: 'exit', code: 1 } }],
  })
  const { text } = JSON.parse(body!) as { text: string }
  expect(text.split('\n')).toEqual([
    expect.stringMatching(/^✗ project failed at \d\d:\d\d – stage fit \(exit 1 after .*\)$/),
    '  Timeout: ***',
    '  not run: 1',
    `  log  restage logs ${run.slice(-6)} fit     retry  restage retry ${run.slice(-6)}`,
  ])
  expect(body).not.toContain('canary-4711')

  await writeFile(join(rig.root, 'go'), '')
  await writeFile(join(rig.root, 'fit.txt'), '')
  expect((await rig.cli(['run', '-s', 'fit'], { env }).result).exitCode).toBe(1) // it makes no output
  await writeFile(join(rig.root, 'dvc.yaml'), JSON.stringify({ stages: { fit } }))
  for (let turn = 0; turn < 2; turn++) expect((await rig.cli(['run'], { env }).result).exitCode).toBe(0)
  expect(hook.bodies.map((each) => (JSON.parse(each) as { event: string }).event)).toEqual([
    'failed',
    'failed',
    'recovered',
  ])
})

test('a mail is sent when a run fails', async () => {
  await using server = await openMailServer()
  const settings =
    'notify: [{on: [failed], mail: {to: [ops@example.org, you@example.org], from: restage@example.org, smtp-env: SMTP_URL}}]'
  await using rig = await openStages({ fit: { cmd: 'echo last words; exit 3' } }, settings)
  expect((await rig.cli(['run'], { env: { SMTP_URL: server.url } }).result).exitCode).toBe(1)
  expect(server.lines).toEqual(expect.arrayContaining(['RCPT TO:<ops@example.org>', 'RCPT TO:<you@example.org>']))
  const mail = server.lines.slice(server.lines.indexOf('DATA')).join('\n')
  expect(mail).toContain('last words')
  expect(mail).toMatch(/^Subject: =\?UTF-8\?.*project/m)
})

test('a mail that cannot be sent is a warning', async () => {
  const settings = 'notify: [{on: [failed], mail: {to: a@example.org, from: b@example.org, smtp-env: SMTP_URL}}]'
  await using rig = await openStages({ fit: { cmd: 'false' } }, settings)
  const end = await rig.cli(['run', '--json'], { env: { SMTP_URL: 'smtp://user:hush-hush@127.0.0.1:1' } }).result
  const { problems } = JSON.parse(end.stdout) as { problems: { code: string }[] }
  expect([end.exitCode, problems.map(({ code }) => code)]).toEqual([1, ['COMMAND_FAILED', 'NOTIFY_FAILED']])
  expect(end.stdout).not.toContain('hush-hush')
})

test('a command is told of a run that takes long, while it does', async () => {
  const settings =
    'notify: [{on: [long-running], after: 100ms, command: "cat > told.json; echo $RESTAGE_EVENT > event"}]'
  const command = 'while ! test -f event; do sleep 0.05; done'
  await using rig = await openStages({ slow: { cmd: command } }, settings)
  expect((await rig.cli(['run']).result).exitCode).toBe(0)
  expect(await readFile(join(rig.root, 'event'), 'utf8')).toBe('long-running\n')
  const told = JSON.parse(await readFile(join(rig.root, 'told.json'), 'utf8')) as { text: string; exitCode: null }
  expect([told.text, told.exitCode]).toEqual([expect.stringContaining(': slow\n'), null])
})

test.each([
  ['answers with an error', 500, {}, 'it answered 500'],
  ['leads elsewhere', 302, {}, 'it could not be reached'],
  ['is not set', 200, { HOOK: '' }, 'the variable is not set'],
  ['is nobody', 200, { HOOK: 'http://127.0.0.1:1/secret-path' }, 'it could not be reached'],
  ['is no URL', 200, { HOOK: 'secret-path' }, 'ERR_INVALID_URL'],
])('a webhook that %s is a warning, and its URL is told nobody', async (_, status, env, reason) => {
  await using hook = await openHook(status)
  await using rig = await openStages({ fit: { cmd: 'false' } }, 'notify: [{on: [failed], webhook: {url-env: HOOK}}]')
  const end = await rig.cli(['run', '--json'], { env: { HOOK: hook.url, ...env } }).result
  const { problems } = JSON.parse(end.stdout) as { problems: { code: string; severity: string; message: string }[] }
  expect(end.exitCode).toBe(1)
  expect(problems.find(({ code }) => code === 'NOTIFY_FAILED')).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining(`\`HOOK\`: ${reason}`) as string,
  })
  expect(end.stdout + end.stderr).not.toContain('secret-path')
})

interface Hook extends AsyncDisposable {
  readonly url: string
  readonly bodies: readonly string[]
}

async function openHook(status: number): Promise<Hook> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      bodies.push(Buffer.concat(pieces).toString('utf8'))
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/secret-path`,
    bodies,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes any mail and keeps what it is told. */
async function openMailServer(): Promise<
  AsyncDisposable & { readonly url: string; readonly lines: readonly string[] }
> {
  const lines: string[] = []
  const server = createTcpServer((socket) => {
    let isData = false
    socket.write('220 here\r\n')
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line)
      if (isData) {
        isData = line !== '.'
        if (!isData) socket.write('250 taken\r\n')
      } else if (line === 'DATA') {
        isData = true
        socket.write('354 go on\r\n')
      } else socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 yes\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.close()
    await once(server, 'close')
  }
  return { url: `smtp://127.0.0.1:${port}`, lines, [Symbol.asyncDispose]: close }
}
