import { evenly } from './evenly'
import type { Span } from './scan'
import { type Known, partsOf } from './search'

/** Most points of a lane */
const mostPoints = 200_000
/** Most checkpoints at which coarse points are measured first */
const mostCoarse = 60

/** Which spans of a run are measured for a curve over the whole of it: a step or two at checkpoints first, then everything between them. */
export class LanePlan {
  readonly first: number
  /** The latest step that is asked for */
  last: number
  /** Steps between two points */
  readonly every: number
  private left: Span[] = []
  private isBegun = false
  private stepsDone = 0
  private stepsLeft = 0

  constructor(known: Pick<Known, 'first' | 'last' | 'checkpoints'>) {
    const { first, last } = known
    this.first = this.last = first
    this.every = Math.max(1, Math.ceil((last - first) / mostPoints))
    this.extend(known)
  }

  /** Adds the steps since the latest one, for a run that has learned on. */
  extend({ last, checkpoints }: Pick<Known, 'last' | 'checkpoints'>): void {
    if (last <= this.last && this.isBegun) return
    this.isBegun = true
    const from = this.last
    const stored = checkpoints.filter(step => step >= from && step < last)
    const apart = Math.max(1, Math.ceil(stored.length / mostCoarse))
    const coarse = stored.filter((_, i) => i % apart === 0).map(step => ({ from: step, to: step + 1, withStart: true }))
    const parts = partsOf({ first: from, last, checkpoints })
    this.left = [...this.left, ...coarse, ...evenly(parts)]
    this.stepsLeft += [...coarse, ...parts].reduce((sum, span) => sum + stepsOf(span), 0)
    this.last = last
  }

  /** The next span to measure; undefined when all are. */
  get next(): Span | undefined { return this.left[0] }

  /** The next span has been measured. */
  take(): void {
    const span = this.left.shift()
    if (!span) return
    this.stepsDone += stepsOf(span)
    this.stepsLeft -= stepsOf(span)
  }

  /** Share that has been measured, 0 to 1 */
  get done(): number { return this.left.length === 0 ? 1 : this.stepsDone / (this.stepsDone + this.stepsLeft) }
}

const stepsOf = ({ from, to }: Span): number => Math.max(1, to - from)
