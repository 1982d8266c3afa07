/** A size or rate for people, in decimal units: `0 B`, `340 kB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, step] = [bytes, 0]
  // What would round to 1000 belongs to the next unit.
  while (value >= 999.5 && step < steps.length - 1) [value, step] = [value / 1000, step + 1]
  return `${step === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${steps[step]}`
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
}

/** Reads `8Gi`, `512Mi`, `1.5G` or a number of bytes, as Kubernetes writes them. `undefined`: no size. */
export function parseByteSize(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(k|[MGT]|[KMGT]i)?$/.exec(text) ?? []
  return count === undefined ? undefined : Math.round(Number(count) * (units[unit ?? ''] ?? 1))
}
