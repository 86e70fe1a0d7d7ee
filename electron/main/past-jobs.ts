import type { ArgOf, HealthPoints, HealthQuery, Lane, LanePoints, LaneQuantity, MemoryAmounts, PathPoints, PathQuery, ResultOf, SharedDataset, SpanToMeasure } from '@contract'
import { HealthPlan, type Known, LanePlan, type Span } from '@core'
import type { RunOnDisk } from '@files'

/** What the thread of the past is asked and takes memory. */
export type Measuring = 'find' | 'trace' | 'health' | 'path' | 'priceStep'

/** Asks the thread of the past. @param mayPause whether the run may be paused for it; left out: yes */
export type Measure = <K extends Measuring>(command: K, arg: ArgOf<K>, mayPause?: (amounts: MemoryAmounts) => boolean) => Promise<ResultOf<K>>

/** A run, and what is known of it for a question. */
export interface Asked {
  readonly id: string
  readonly run: RunOnDisk
  readonly known: Known
  readonly dataset: SharedDataset
}

/** Something that is measured span after span while no question is asked. */
export interface Job {
  readonly asked: Asked
  readonly plan: { readonly next: Span | undefined, readonly done: number }
  /** Measures the next span of the plan. @returns what tells the window about it */
  measure(given: SpanToMeasure, measure: Measure): Promise<() => void>
}

/** A quantity over the whole run, and its points so far. */
export class LaneJob implements Job {
  readonly plan: LanePlan
  private readonly points: Pick<LanePoints, 'steps' | 'values'>[] = []

  /** @param asked the run at the latest step that is asked for */
  constructor(readonly id: number, readonly quantity: LaneQuantity, public asked: Asked, private readonly tell: (points: LanePoints) => void) {
    this.plan = new LanePlan(asked.known)
  }

  /** Goes on to the run's latest step. */
  extend(asked: Asked): void {
    this.asked = asked
    this.plan.extend(asked.known)
  }

  async measure(given: SpanToMeasure, measure: Measure): Promise<() => void> {
    const { id, quantity, plan, points } = this
    const { steps, values } = await measure('trace', { ...given, quantity, every: plan.every })
    plan.take()
    points.push({ steps, values })
    return () => { this.tell({ id, last: plan.last, done: plan.done, steps, values }) }
  }

  get lane(): Lane {
    const { id, quantity, plan: { first, last, every } } = this
    return { id, quantity, first, last, every }
  }

  /** The points of all spans; a step that was measured twice is there twice. */
  get allPoints(): LanePoints {
    const { id, plan, points } = this
    const all = points.flatMap(({ steps, values }) => Array.from(steps, (step, i) => [step, values[i]!] as const)).sort(([a], [b]) => a - b)
    return { id, last: plan.last, done: plan.done, steps: Uint32Array.from(all, ([step]) => step), values: Float32Array.from(all, ([, value]) => value) }
  }
}

/** The health of a part of the run's past. The run is not paused for it: what was not watched is a wish that nobody has uttered. */
export class HealthJob implements Job {
  readonly plan: HealthPlan
  private readonly units: string | undefined

  constructor(readonly id: number, query: HealthQuery, readonly asked: Asked, private readonly tell: (points: HealthPoints) => void) {
    this.plan = new HealthPlan(asked.known, query)
    this.units = query.units
  }

  async measure(given: SpanToMeasure, measure: Measure): Promise<() => void> {
    const { id, plan, units } = this
    const { columns, units: unitColumns } = await measure('health', { ...given, steps: plan.next!.steps, ...units !== undefined && { units } }, () => false)
    plan.take()
    return () => { this.tell({ id, columns, units: unitColumns, done: plan.done, isStopped: false }) }
  }

  /** No more columns will come. */
  end(): void { if (this.plan.next) this.tell({ id: this.id, columns: [], units: [], done: 1, isStopped: true }) }
}

/** Points of a path: enough for a line in a figure */
const pathPoints = 240

/** Where two numbers were over the whole past. The run is not paused for it, as for its health. */
export class PathJob implements Job {
  readonly plan: HealthPlan

  constructor(readonly id: number, private readonly cells: PathQuery['cells'], readonly asked: Asked, private readonly tell: (points: PathPoints) => void) {
    const { first, last } = asked.known
    this.plan = new HealthPlan(asked.known, { from: first, to: last, columns: pathPoints, scale: 'logarithmic' })
  }

  async measure(given: SpanToMeasure, measure: Measure): Promise<() => void> {
    const { id, plan, cells } = this
    const { steps, x, y } = await measure('path', { ...given, steps: plan.next!.steps, cells }, () => false)
    plan.take()
    return () => { this.tell({ id, steps, x, y, done: plan.done }) }
  }

  /** No more points will come. */
  end(): void { if (this.plan.next) this.tell({ id: this.id, steps: new Uint32Array(), x: new Float32Array(), y: new Float32Array(), done: 1 }) }
}
