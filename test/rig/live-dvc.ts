import { testWith, type PeerTest } from './peer-test.ts'
import { dvcPeer } from './peers.ts'

/** The real DVC's program, or undefined when this machine lacks it. `scripts/setup-dvc` makes it. */
export const liveDvc: string | undefined = dvcPeer.path

/** A test that runs the real DVC; its body gets the path of the program. */
export const liveTest: PeerTest = testWith(dvcPeer)
