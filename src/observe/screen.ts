import { cutColumns } from '../base/terminal-text.ts'

/** Where a reporter writes: lines that stay, and below them some that are replaced again and again. */
export interface Screen {
  print(lines: readonly string[]): void
  /** Replaces the lines at the bottom. */
  status(lines: readonly string[]): void
  /** Removes the lines at the bottom. */
  close(): void
}

/** For files, pipes and CI: only lines that stay. */
export function plainScreen(write: (text: string) => void): Screen {
  return {
    print: (lines) => write(lines.map((line) => `${line}\n`).join('')),
    status: () => undefined,
    close: () => undefined,
  }
}

/** For terminals. Every change is one write, so nothing flickers; nothing above the bottom lines is ever touched. */
export function liveScreen(write: (text: string) => void, columns: () => number): Screen {
  let shown: readonly string[] = []
  const clear = (): string => (shown.length === 0 ? '' : `\u001b[${shown.length}A\r\u001b[0J`)
  const draw = (lines: readonly string[]): string => lines.map((line) => `${line}\u001b[0m\n`).join('')
  return {
    print(lines) {
      if (lines.length > 0) write(clear() + draw(lines) + draw(shown))
    },
    status(lines) {
      // A line that wraps would take two rows and break the count.
      const next = lines.map((line) => cutColumns(line, columns() - 1))
      if (next.join('\n') === shown.join('\n')) return
      const before = clear()
      shown = next
      write(before + draw(next))
    },
    close() {
      write(clear())
      shown = []
    },
  }
}
