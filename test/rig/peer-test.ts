import { test, type TestContext } from 'vitest'
import type { Peer } from './peers.ts'

/** The start of the note by which the reporter knows a test that a missing peer kept from running. */
export const notRunNote = 'not run: '

export type PeerTest = (
  name: string,
  body: (peer: string, context: TestContext) => Promise<void> | void,
  timeoutMs?: number,
) => void

/** A `test` that needs a peer: its body gets the peer's path. Without the peer the test is reported as not run, or
 * fails when the peer is demanded. */
export function testWith(peer: Peer): PeerTest {
  return (name, body, timeoutMs = 300_000) => {
    test(name, { timeout: timeoutMs }, async (context) => {
      if (peer.path !== undefined) return await body(peer.path, context)
      if (peer.required) throw new Error(`${peer.name} is demanded by RESTAGE_REQUIRE_LIVE but missing: ${peer.remedy}`)
      context.skip(`${notRunNote}${peer.name} is missing; ${peer.remedy}`)
    })
  }
}
