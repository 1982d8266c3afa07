import { type Holder, overlaps, type RwClaim } from './rwlock-registry.ts'

/** `expected`: nothing works on the paths yet, but soon will. `lingering`: the work is done, its record is outstanding. */
type State = 'expected' | 'active' | 'lingering'

/** The claims of this process that stand in a registry, by what they say we do.
 *
 *   expected ──take──▶ active ──linger──▶ lingering ──drop──▶ (gone)                                    */
export class OwnClaims {
  readonly #claims = new Map<string, { readonly claim: RwClaim; state: State }>()
  /** When work ended lately, oldest first. */
  #ends: number[] = []

  has({ holder }: RwClaim): boolean {
    return this.#claims.has(holder.cmd)
  }

  /** Whether the holder is one of ours. */
  isKnown({ pid, cmd }: Holder): boolean {
    return pid === process.pid && this.#claims.has(cmd)
  }

  /** Ours, and nothing works on its paths now. */
  isIdle(holder: Holder): boolean {
    return this.isKnown(holder) && this.#claims.get(holder.cmd)?.state !== 'active'
  }

  get expected(): readonly RwClaim[] {
    return [...this.#claims.values()].filter(({ state }) => state === 'expected').map(({ claim }) => claim)
  }

  get areOnlyExpected(): boolean {
    return [...this.#claims.values()].every(({ state }) => state === 'expected')
  }

  /** How many claims may be expected: as many as have ended in the last moment. So nobody is kept off the paths of stages
   * that wait for long ones. */
  get room(): number {
    const since = performance.now() - momentMs
    return Math.min(this.#ends.filter((time) => time > since).length, mostExpected) - this.expected.length
  }

  add(claim: RwClaim, state: State): void {
    this.#claims.set(claim.holder.cmd, { claim, state })
  }

  /** Begins the work of an expected claim, unless other work of ours is in its way. False: it was not expected. */
  takeExpected(claim: RwClaim): boolean {
    const known = this.#claims.get(claim.holder.cmd)
    if (known?.state !== 'expected' || !isEqual(known.claim, claim) || this.#isActiveInTheWay(claim)) return false
    this.add(claim, 'active')
    return true
  }

  linger(claim: RwClaim): void {
    if (this.has(claim)) this.add(claim, 'lingering')
    this.#noteEnd()
  }

  drop(claims: readonly RwClaim[]): void {
    for (const { holder } of claims) {
      if (this.#claims.get(holder.cmd)?.state === 'active') this.#noteEnd()
      this.#claims.delete(holder.cmd)
    }
  }

  #noteEnd(): void {
    if (this.#ends.push(performance.now()) >= 2 * mostExpected) this.#ends = this.#ends.slice(-mostExpected)
  }

  #isActiveInTheWay({ read, write }: RwClaim): boolean {
    for (const { claim, state } of this.#claims.values()) {
      if (state !== 'active') continue
      if (write.some((path) => [...claim.read, ...claim.write].some((other) => overlaps(path, other)))) return true
      if (read.some((path) => claim.write.some((other) => overlaps(path, other)))) return true
    }
    return false
  }
}

const momentMs = 250
const mostExpected = 256

function isEqual(a: RwClaim, b: RwClaim): boolean {
  return isSameList(a.read, b.read) && isSameList(a.write, b.write)
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, index) => path === b[index])
}
