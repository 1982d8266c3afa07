// Called as `sh -c COMMAND` for a stage's command. Announces itself to the test at RESTAGE_GATE, then does as it is
// told: `run` carries out the command in the real shell and reports its exit code, `exit N` ends.
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const command = process.argv.at(-1)
const socket = connect(process.env.RESTAGE_GATE)
const tell = (message) => socket.write(JSON.stringify(message) + '\n')

socket.on('close', () => process.exit(97))
socket.on('error', () => process.exit(98))
tell({ event: 'started', stage: process.env.DVC_STAGE, root: process.env.DVC_ROOT, command, pid: process.pid })
createInterface({ input: socket }).on('line', (line) => {
  const [order, code] = line.split(' ')
  if (order === 'exit') process.exit(Number(code))
  spawn('/bin/sh', ['-c', command], { stdio: 'inherit' }).on('close', (exit) =>
    tell({ event: 'done', exit: exit ?? 99 }),
  )
})
