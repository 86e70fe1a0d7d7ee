import { createInterface } from 'node:readline'
import type { Burst, Introduction, Request } from './child'

/** The child's side of the protocol: introduces itself, then answers line by line until the bench closes the pipe. */
export async function answer(about: Introduction, work: (request: Request) => Burst | Promise<Burst>): Promise<void> {
  const say = (value: unknown): void => { process.stdout.write(`${JSON.stringify(value)}\n`) }
  say(about)
  for await (const line of createInterface({ input: process.stdin })) say(await work(JSON.parse(line) as Request))
}

/** Measures wall-clock time and CPU time since its construction. */
export class Watch {
  private readonly start = performance.now()
  private readonly cpu = process.cpuUsage()
  constructor(private readonly limit = 0) {}

  get up(): boolean { return performance.now() - this.start >= this.limit * 1000 }

  read(): Pick<Burst, 'seconds' | 'cpu'> {
    const { user, system } = process.cpuUsage(this.cpu)
    return { seconds: (performance.now() - this.start) / 1000, cpu: (user + system) / 1e6 }
  }
}

/** Repeats a step until the time is up, but at least `steps` times. @param each number of samples or operations per step */
export function repeat({ seconds, steps = 1, each }: { readonly seconds: number, readonly steps?: number, readonly each: number }, step: () => void): Burst {
  const watch = new Watch(seconds)
  let done = 0
  do { step(); done++ } while (!watch.up || done < steps)
  return { count: done * each, steps: done, ...watch.read() }
}

/** Mean of the latest ten losses: the loss of a single mini-batch is too noisy. */
export class Losses {
  private readonly latest = new Float64Array(10)
  private count = 0
  add(loss: number): void { this.latest[this.count++ % this.latest.length] = loss }
  get mean(): number {
    const known = this.latest.subarray(0, Math.min(this.count, this.latest.length))
    return known.reduce((sum, loss) => sum + loss, 0) / known.length
  }
}
