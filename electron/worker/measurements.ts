import { LabError, LossPlaneScan, replayedStep, stepLine, type StepLine, type Trainer } from '@core'
import type { PlaneFrame, RequestArg } from '@contract'
import type { Clock } from './clock'
import type { ProbeBudget } from './probe-budget'

interface At { readonly runId: number, readonly step: number }

/** The latest step along its own line, in a copy that is freed at once. @throws LabError measure.noUpdate, xray.* */
export function measureLine(trainer: Trainer, maxBytes: number, at: At): At & StepLine {
  const source = replayedStep(trainer, maxBytes)
  try { return { ...at, step: source.step, ...stepLine(source, trainer.ops) } }
  finally { source.dispose() }
}

/** Milliseconds of a slice: a mini-batch that waits is hardly delayed. */
const sliceMs = 5

/** Measures losses over two weights in slices, each of which is paid for as an answer to a view; a newer wish ends an older one. */
export class Planes {
  private wish = 0

  constructor(private readonly clock: Clock, private readonly budget: ProbeBudget, private readonly maxBytes: () => number) {}

  /** @throws LabError measure.left when another one is wished for meanwhile, or the run is replaced; measure.noStep, train.noTensor, train.memory */
  async measure(trainer: Trainer, query: RequestArg<'measure:plane'>, at: At): Promise<PlaneFrame> {
    const mine = ++this.wish
    const { scan } = await this.budget.answer(() => {
      this.check(mine)
      return { scan: trainer.betweenSteps(() => new LossPlaneScan(trainer, { ...query, max: this.maxBytes() })) }
    })
    try {
      for (let ms = 0; ;) {
        const { plane, price } = await this.budget.answer(() => {
          this.check(mine)
          const until = this.clock.now() + sliceMs
          return { plane: scan.advance(() => this.clock.now() >= until) }
        })
        ms += price.ms
        if (plane) return { ...at, ...plane, price: { ...price, ms } }
        await new Promise<void>((next) => { this.clock.soon(next) })
      }
    }
    finally { scan.dispose() }
  }

  /** Ends what is being measured. */
  end(): void { this.wish++ }

  private check(wish: number): void {
    if (wish !== this.wish) throw new LabError('measure.left', 'other weights were asked for', {})
  }
}
