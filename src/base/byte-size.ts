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
