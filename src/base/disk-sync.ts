import { closeSync, fdatasync, fdatasyncSync } from 'node:fs'

/** Brings what is written to an open file to the disk without anybody waiting for it. What is written while the disk is
 * at it shares the next time, and that is a bounded share of the time: meanwhile whoever makes files has to wait. */
export class DiskSync {
  readonly #fd: number
  #state: 'idle' | 'under way' | 'put off' = 'idle'
  #isDirty = false
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  /** Takes the descriptor over. */
  constructor(fd: number) {
    this.#fd = fd
  }

  /** Something was written. */
  note(): void {
    this.#isDirty = true
    if (this.#state === 'idle') this.#sync()
  }

  /** Closes the file. `flush`: everything is on the disk when this returns. Throws Node's file errors. */
  close({ flush }: { readonly flush: boolean }): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    if (flush && this.#isDirty) fdatasyncSync(this.#fd)
    if (this.#state !== 'under way') closeSync(this.#fd)
  }

  #sync(): void {
    const begun = performance.now()
    this.#state = 'under way'
    this.#isDirty = false
    // A disk that fails here fails those too who wait for it.
    fdatasync(this.#fd, () => {
      this.#state = 'idle'
      if (this.#isClosed) return closeSync(this.#fd)
      if (!this.#isDirty) return
      this.#state = 'put off'
      this.#timer = setTimeout(() => this.#sync(), 4 * (performance.now() - begun))
    })
  }
}
