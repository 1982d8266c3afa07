import { testWith, type PeerTest } from './peer-test.ts'
import { corpusPeer } from './peers.ts'

/** Folder of the corpus of public DVC projects, or undefined: RESTAGE_CORPUS, else `../shared/corpus` beside the checkout. */
export const corpus: string | undefined = corpusPeer.path

/** A test over the corpus; its body gets the corpus' folder. */
export const corpusTest: PeerTest = testWith(corpusPeer)
