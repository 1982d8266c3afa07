import type { Gate, Invocation } from './gate.ts'
import type { Program } from './program.ts'

export interface LaterFirst {
  /** The program whose stages go through the gate. */
  readonly program: Program
  readonly jobs: number
  /** Addresses of the stages that will run a command, in the order of a serial run. */
  readonly order: readonly string[]
  /** Producer and consumer of each edge. */
  readonly edges: readonly (readonly [string, string])[]
  /** How many commands a stage has. */
  readonly commands: ReadonlyMap<string, number>
}

/** Lets the stages run so that of those side by side the one which a serial run would come to last ends first.
 *
 * No waiting by the clock: which stages can be running follows from the graph, and nothing is let go before all of
 * them have carried out their command. */
export async function endLaterFirst(
  gate: Gate,
  { program, jobs, order, edges, commands }: LaterFirst,
): Promise<string[]> {
  const ended: string[] = []
  const running = new Map<string, Invocation>()
  const left = new Map(order.map((stage) => [stage, commands.get(stage) ?? 1]))
  const isReady = (stage: string): boolean => producersAmong(order, edges, stage).every((one) => ended.includes(one))
  while (ended.length < order.length) {
    const ready = order.filter((stage) => !ended.includes(stage) && isReady(stage))
    while (running.size < Math.min(jobs, ready.length)) {
      const invocation = await gate.next(program)
      await invocation.run()
      running.set(invocation.stage, invocation)
    }
    const last = order.findLast((stage) => running.has(stage))
    if (last === undefined) throw new Error('Internal error: nothing is running and nothing is ready')
    running.get(last)!.exit(0)
    running.delete(last)
    left.set(last, left.get(last)! - 1)
    if (left.get(last) === 0) ended.push(last)
  }
  return ended
}

/** The nearest stages before `stage` that run a command; those that do not are looked through. */
function producersAmong(order: readonly string[], edges: LaterFirst['edges'], stage: string): string[] {
  const direct = edges.filter(([, consumer]) => consumer === stage).map(([producer]) => producer)
  return direct.flatMap((one) => (order.includes(one) ? [one] : producersAmong(order, edges, one)))
}
