import { cellsMeter, type Dataset, healthMeter, type HealthMoment, isSameDataset, LabError, type Meter, meterOf, quantityOf, Scan, type ScanOptions, SpanFinder, type Trainer, trainerOf } from '@core'
import type { ArgOf, FoundInSpan, HealthOfSpan, MeasuredSpan, PathOfSpan, RecordedRun, SpanProgress, SpanToMeasure, StepPrice, TracedSpan } from '@contract'
import type { Clock } from './clock'
import { quickest } from './quickest'
import { bytesToReplay, checkDataset, lossesOf } from './recorded'
import type { RunSources } from './run'
import { sliceMs } from './scheduler'

/**
 * Time of rest after a slice, as a multiple of it, while the run learns: it works 2/3 of the time. Where both threads have to share
 * one core, the run keeps 1 − ½ · 2/3 = 67 % of its speed.
 */
const rest = 0.5
export interface QuestionsOptions {
  readonly clock: Clock
  /** Whether a message waits, which ends the slice */
  readonly isWanted: () => boolean
  /** Resolves when no moment is being reached: a person's visit goes first. */
  readonly visited: () => Promise<void>
  /** Called after each slice */
  readonly onProgress: (progress: SpanProgress) => void
  /** Makes room for learning a span again. @throws LabError train.memory */
  readonly makeRoom?: (bytes: number) => void
}

/** Measures spans of a recorded run while they are learned again, in slices, beside the moment that is shown; a newer wish ends an older one. */
export class Questions {
  private wish = 0
  /** Whether the run learns meanwhile */
  private beside = false
  /** For the next span, so that neither memory nor the dataset's sparse rows are allocated again; null while it is in use */
  private kept: Trainer | null = null
  /** Memory of the span that is being measured, in bytes */
  bytes = 0
  /** Settles when the latest wish is done */
  private underway: Promise<void> = Promise.resolve()

  constructor(private readonly options: QuestionsOptions) {}

  /** Memory that is kept for the next span, in bytes */
  get keptBytes(): number { return this.kept?.bytes ?? 0 }

  /** @throws LabError past.stopped, train.noTensor, checkpoint.otherDataset, train.memory */
  async find({ question, find, ...given }: ArgOf<'find'>, sources: RunSources): Promise<FoundInSpan> {
    const finder = new SpanFinder(question, find)
    const meter = () => meterOf(quantityOf(question)!)
    const span = await this.scan(given, sources, { meter, take: (step, value, measuring) => finder.take(step, value, measuring) })
    return { ...span, found: finder.found }
  }

  /** @throws LabError as `find` */
  async trace({ quantity, every, ...given }: ArgOf<'trace'>, sources: RunSources): Promise<TracedSpan> {
    const [steps, values]: [number[], number[]] = [[], []]
    const { from, to } = given.span
    const isMeasured = (step: number) => (step - from) % every === 0 || step === to
    const span = await this.scan(given, sources, { meter: () => meterOf(quantity), isMeasured, take: (step, value) => {
      steps.push(step)
      values.push(value)
      return false
    } })
    return { ...span, steps: Uint32Array.from(steps), values: Float32Array.from(values) }
  }

  /** @throws LabError as `find` */
  async health({ steps, units, ...given }: ArgOf<'health'>, sources: RunSources): Promise<HealthOfSpan> {
    const moments: HealthMoment[] = []
    const span = await this.scan(given, sources, { meter: () => healthMeter(units), isMeasured: step => steps.includes(step), take: (_, moment) => {
      moments.push(moment)
      return false
    } })
    return { ...span, columns: moments.map(({ column }) => column), units: moments.flatMap(({ units }) => units ?? []) }
  }

  /** @throws LabError as `find` */
  async path({ steps, cells, ...given }: ArgOf<'path'>, sources: RunSources): Promise<PathOfSpan> {
    const wanted = new Set(steps)
    const points: { readonly step: number, readonly values: readonly number[] }[] = []
    const span = await this.scan(given, sources, { meter: () => cellsMeter(cells), isMeasured: step => wanted.has(step), take: (step, values) => {
      points.push({ step, values })
      return false
    } })
    return { ...span, steps: Uint32Array.from(points, ({ step }) => step), x: Float32Array.from(points, ({ values }) => values[0]!), y: Float32Array.from(points, ({ values }) => values[1]!) }
  }

  /** The quickest of a few steps: other programs interrupt the slower ones. @throws LabError train.noTensor, checkpoint.otherDataset, train.memory */
  price({ run, quantity }: ArgOf<'priceStep'>, sources: RunSources): StepPrice {
    const { clock } = this.options
    const meter = meterOf(quantity)
    const trainer = this.take(run, sources)
    try {
      meter.measure(trainer) // what it allocates is allocated once
      const learnMs = quickest(clock, () => trainer.divergence === null && Number.isFinite(trainer.learn()))
      return { learnMs, measureMs: quickest(clock, () => {
        meter.measure(trainer)
        return true
      }) }
    }
    finally {
      meter.dispose()
      this.keep(trainer)
    }
  }

  /** Whether the run learns meanwhile. */
  setBeside(beside: boolean): void { this.beside = beside }

  /** Ends what is measured, and frees the memory. */
  stop(): void {
    this.wish++
    this.free()
  }

  /** Frees what is kept for the next span. */
  free(): void {
    this.kept?.dispose()
    this.kept = null
  }

  private scan<T>(given: SpanToMeasure, sources: RunSources, measured: Measured<T>): Promise<MeasuredSpan> {
    const mine = ++this.wish
    this.beside = given.beside
    const measure = () => this.measure(given, sources, measured, mine)
    const done = this.bytes === 0 ? measure() : this.underway.then(measure) // the one before frees its memory first
    this.underway = done.then(() => undefined, () => undefined) // the caller gets the error
    return done
  }

  private async measure<T>({ run, span }: SpanToMeasure, sources: RunSources, { meter: meterFor, isMeasured, take }: Measured<T>, mine: number): Promise<MeasuredSpan> {
    const { clock, visited, onProgress } = this.options
    this.check(mine)
    const meter = meterFor()
    const trainer = this.take(run, sources)
    this.bytes = bytesToReplay(run, sources)
    let scan: Scan<T> | null = null
    try {
      scan = new Scan(trainer, { past: { events: run.events, lossAt: lossesOf(run), ...sources.maxBytes !== undefined && { maxBytes: sources.maxBytes } }, span, meter, ...isMeasured && { isMeasured }, take: (step, value) => take(step, value, meter) })
      for (let began = clock.now(); !this.advance(scan); began = clock.now()) {
        onProgress({ step: scan.step })
        const restMs = this.beside ? rest * (clock.now() - began) : 0
        await new Promise<void>(next => restMs > 0 ? clock.later(next, restMs) : clock.soon(next))
        await visited()
        this.check(mine)
      }
      return { differsAt: scan.differsAt, backend: trainer.ops.name }
    }
    finally { this.end(scan?.trainer ?? trainer, meter, mine) }
  }

  private advance(scan: Pick<Scan<unknown>, 'advance'>): boolean {
    const { clock, isWanted } = this.options
    const ends = clock.now() + sliceMs
    return scan.advance(() => isWanted() || clock.now() >= ends)
  }

  private check(wish: number): void {
    if (wish !== this.wish) throw new LabError('past.stopped', 'another question was asked', {})
  }

  private end(trainer: Trainer, meter: Pick<Meter, 'dispose'>, wish: number): void {
    this.bytes = 0
    meter.dispose()
    if (wish === this.wish) this.keep(trainer)
    else trainer.dispose()
  }

  private keep(trainer: Trainer): void {
    this.kept?.dispose()
    this.kept = trainer
  }

  /** A trainer at the run's checkpoint: the kept one, if it has the same settings, else a new one, built before the kept one is disposed of. */
  private take(run: RecordedRun, { dataset: given, ops }: RunSources): Trainer {
    const { kept, options: { makeRoom = () => undefined } } = this
    const dataset = kept ? sameDataset(given, kept.dataset) : given
    checkDataset(run, dataset)
    const { snapshot } = run.checkpoint
    const bytes = bytesToReplay(run, { dataset, ops })
    if (kept && snapshot && kept.ops === ops && kept.dataset === dataset && kept.bytes >= bytes && hasRecipe(kept, run)) {
      this.kept = null
      kept.restore(snapshot)
      return kept
    }
    makeRoom(bytes)
    try { return trainerOf(run.checkpoint, dataset, ops) }
    finally { this.free() }
  }
}

/** What is measured, and at which steps. */
interface Measured<T> extends Pick<ScanOptions<T>, 'isMeasured'> {
  readonly meter: () => Meter<T>
  /** @returns whether the rest is of no interest */
  readonly take: (step: number, value: T, meter: Meter<T>) => boolean
}

const hasRecipe = ({ recipe: { config, events } }: Trainer, { checkpoint }: RecordedRun): boolean =>
  JSON.stringify([config, events]) === JSON.stringify([checkpoint.config, checkpoint.events])

/** A message brings a copy of the dataset's object: the current one is kept, since its sparse rows are shared. */
export const sameDataset = (given: Dataset, current: Dataset): Dataset => given.info.id === current.info.id && isSameDataset(given.info, current.info) ? current : given
