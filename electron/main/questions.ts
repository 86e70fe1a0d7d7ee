import { type ArgOf, type FindingProgress, type FoundAnswer, type HealthFilling, type HealthPoints, type HealthQuery, type Lane, type LanePoints, type LaneQuantity, type MemoryAmounts, mostLanes, type PathPoints, type PathQuery, type QuestionPrice, type RecordedRun, type ResultOf, type SharedDataset, type SpanProgress, type SpanToMeasure } from '@contract'
import { computesSameBits, type Found, fullSize, LabError, learnedCount, type PastAnswer, quantityOf, quickSize, type Question, searchPlan, type Search, type Span, validationCount } from '@core'
import { reachOf, type RunStore } from '@files'
import { type Asked, HealthJob, type Job, LaneJob, type Measure, type Measuring, PathJob } from './past-jobs'
import { readRecorded, recordedRun } from './recorded-run'
import type { RunRecorder } from './run-recorder'

/** What the thread of the past is told meanwhile. */
type Telling = 'measureBeside' | 'stopMeasuring'

export interface QuestionsOptions {
  readonly runs: Pick<RunStore, 'read' | 'stateBefore'>
  readonly recorder: Pick<RunRecorder, 'id' | 'flush'>
  /** MNIST, with which the thread starts */
  readonly dataset: SharedDataset
  readonly measure: Measure
  /** Tells it something, if there is one. */
  readonly tell: <K extends Telling>(command: K, arg: ArgOf<K>) => Promise<unknown>
  /** Called when nothing is measured any more */
  readonly onRest?: () => void
  readonly onFinding: (progress: FindingProgress) => void
  readonly onLane: (points: LanePoints) => void
  readonly onHealth: (points: HealthPoints) => void
  readonly onPath: (points: PathPoints) => void
  /** Gets what ended a lane, the health, or a path */
  readonly onProblem: (cause: unknown) => void
  readonly now?: () => number
}

/** A search in progress. */
interface Finding {
  /** Steps learned again in the spans before */
  done: number
  readonly of: number
  readonly began: number
  current: Search
  postedAt: number
  /** Settles when it has ended */
  over: Promise<void>
}

/** At most this many progress reports per second */
const reportsPerSecond = 20

// One class, although the file has over 200 lines: questions and jobs take turns at one thread, and end with the same run.
/**
 * Answers questions to the current run's past, and measures lanes, health and a path over the whole of it: the thread of the past learns
 * spans of it again, each from its checkpoint on the disk, one after the other. A question goes first, a newer one ends an older one.
 */
export class Questions {
  private wish = 0
  private finding: Finding | null = null
  private lanes: readonly LaneJob[] = []
  private laneIds = 0
  private health: HealthJob | null = null
  /** The latest wish for health, or for none */
  private healthWish = 0
  private path: PathJob | null = null
  /** The latest wish for a path, or for none */
  private pathWish = 0
  private work: Promise<void> | null = null
  /** What is measured for at the moment */
  private current: Job | null = null
  /** Whether the run learns meanwhile */
  private beside = false
  /** Whether the thread has memory for measuring */
  private hasMemory = false
  /** Jobs stop where they are */
  private isEnding = false

  constructor(private readonly options: QuestionsOptions) {}

  /** Whether something is measured. */
  get isBusy(): boolean { return this.finding !== null || this.work !== null }

  /** @throws LabError past.none, train.noTensor, run.*, file.* */
  async price(question: Question, dataset: SharedDataset): Promise<QuestionPrice> {
    const asked = await this.read(dataset)
    const { steps } = searchPlan(question, asked.known)
    const quantity = quantityOf(question)
    if (steps === 0 || !quantity) return { steps: 0, seconds: 0, times: 0, pauses: null }
    const { last } = asked.known
    let pauses: MemoryAmounts | null = null
    try {
      const { learnMs, measureMs } = await this.measure('priceStep', { ...await this.span(asked, { from: last, to: last, withStart: false }), quantity }, (amounts) => {
        pauses = amounts
        return false
      })
      return { steps, seconds: steps * (learnMs + measureMs) / 1000, times: learnMs === 0 ? 1 : (learnMs + measureMs) / learnMs, pauses: null }
    }
    catch (cause) {
      if (pauses === null) throw cause
      return { steps, seconds: null, times: null, pauses }
    }
  }

  /** @throws LabError past.stopped, past.none, train.noTensor, run.*, file.*, worker.died */
  async find(question: Question, dataset: SharedDataset): Promise<FoundAnswer> {
    const mine = ++this.wish
    if (this.finding) await this.stopMeasuring()
    const asked = await this.read(dataset)
    this.check(mine)
    const plan = searchPlan(question, asked.known)
    const search = plan.search()
    const next = search.next()
    if (next.done) return { ...next.value, exact: true }
    const { now = performance.now.bind(performance) } = this.options
    const finding: Finding = { done: 0, of: plan.steps, began: now(), current: next.value, postedAt: -Infinity, over: Promise.resolve() }
    const answered = this.searchAll(mine, asked, { question, search, first: next.value, finding })
    finding.over = answered.then(() => undefined, () => undefined) // the caller gets the error
    this.finding = finding
    try { return await answered }
    finally {
      if (this.finding === finding) this.finding = null
      this.release()
      this.rested()
    }
  }

  private async searchAll(wish: number, asked: Asked, { question, search, first, finding }: { readonly question: Question, readonly search: Generator<Search, PastAnswer, Found>, readonly first: Search, readonly finding: Finding }): Promise<FoundAnswer> {
    let exact = true
    for (let span = first; ;) {
      finding.current = span
      const given = await this.span(asked, span)
      this.check(wish)
      this.report(finding, span.from)
      const { found, differsAt, backend } = await this.measure('find', { ...given, question, find: span.find }).finally(() => this.check(wish)) // its thread may have ended since
      exact &&= differsAt === null && computesSameBits(asked.run.record.backend, backend)
      finding.done += span.to - span.from
      const next = search.next(found)
      if (next.done) return { ...next.value, exact, ...await this.imagesOf(question, asked, next.value, wish) }
      span = next.value
    }
  }

  /** Of an answer about an accuracy: on how many images it was measured, and the accuracy there on all that the curve shows. */
  private async imagesOf(question: Question, asked: Asked, { step, first }: PastAnswer, wish: number): Promise<Pick<FoundAnswer, 'images'>> {
    if (question.ask !== 'passed' || question.quantity.of !== 'accuracy' || step === null) return {}
    const { quantity } = question
    const [measured, images] = [quickSize, fullSize].map(size => Math.min(size[quantity.split]!, asked.known.imagesIn(quantity.split))) as [number, number]
    if (images === measured) return { images: { measured, full: null } }
    const span = { from: Math.max(first, step - 1), to: step, withStart: step === first }
    const { values: [value] } = await this.measure('trace', { ...await this.span(asked, span), quantity: { ...quantity, full: true }, every: 1 })
    this.check(wish)
    return { images: { measured, full: value === undefined ? null : { images, value } } }
  }

  /** Ends the question. */
  async cancel(): Promise<void> {
    this.wish++
    if (this.finding) await this.stopMeasuring()
    else this.release()
  }

  /** What has to be measured yet. */
  private get jobs(): readonly Job[] { return [...this.lanes, ...this.health ? [this.health] : [], ...this.path ? [this.path] : []].filter(({ plan }) => plan.next) }

  /** The memory is needed: ends the question, the health and the path, and lanes stop where they are. */
  abandon(): void {
    this.wish++
    this.dropHealth()
    this.dropPath()
    if (!this.work || this.isEnding) return
    this.isEnding = true
    if (this.jobs.length > 0) this.options.onProblem(new LabError('past.laneStopped', 'the memory is needed', {}))
  }

  /** As `abandon`, in a thread that stays. @returns whether something was measured */
  async end(): Promise<boolean> {
    const { isBusy, finding, work } = this
    if (!isBusy) return false
    this.abandon()
    await this.stopMeasuring()
    await Promise.all([finding?.over, work])
    return true
  }

  /** The thread of the past has ended, and with it what it kept. */
  threadEnded(): void { this.hasMemory = false }

  /** The thread has measured up to a step. */
  progress({ step }: SpanProgress): void {
    const { finding, options: { now = performance.now.bind(performance) } } = this
    if (finding && now() - finding.postedAt >= 1000 / reportsPerSecond) this.report(finding, step)
  }

  private report(finding: Finding, step: number): void {
    const { now = performance.now.bind(performance), onFinding } = this.options
    const { of, current, began } = finding
    const done = finding.done + Math.max(0, step - current.from)
    const passed = finding.postedAt = now()
    onFinding({ done, of, seconds: done === 0 ? null : (passed - began) / 1000 * (of - done) / done, atMost: current.atMost })
  }

  /**
   * Draws a quantity over the whole run; one that is drawn already is continued to the latest step.
   * @throws LabError past.lanes when there are enough already, past.none, train.noTensor, run.*, file.*
   */
  async lane(quantity: LaneQuantity, dataset: SharedDataset): Promise<Lane> {
    const asked = await this.read(dataset)
    const { known } = asked
    const old = this.lanes.find(lane => JSON.stringify(lane.quantity) === JSON.stringify(quantity))
    if (!old && this.lanes.length >= mostLanes) throw new LabError('past.lanes', `${this.lanes.length} lanes`, { max: mostLanes })
    const { last } = known
    try { await this.measure('priceStep', { ...await this.span(asked, { from: last, to: last, withStart: false }), quantity }) } // refuses a tensor that the network lacks
    catch (cause) {
      this.rested()
      throw cause
    }
    const lane = old ?? new LaneJob(++this.laneIds, quantity, asked, (points) => { this.options.onLane(points) })
    if (old) old.extend(asked)
    else this.lanes = [...this.lanes, lane]
    this.begin()
    return lane.lane
  }

  /** No longer draws a quantity. */
  async endLane(id: number): Promise<void> {
    this.lanes = this.lanes.filter(lane => lane.id !== id)
    await this.restIfDone()
  }

  /** All lanes with their points so far. */
  get all(): readonly (Lane & { readonly points: LanePoints })[] { return this.lanes.map(job => ({ ...job.lane, points: job.allPoints })) }

  /**
   * Measures the health of a part of the past, in place of what was asked before.
   * @throws LabError past.stopped by a newer query, past.none, run.*, file.*
   */
  async measureHealth(query: HealthQuery, dataset: SharedDataset): Promise<HealthFilling> {
    const id = this.dropHealth()
    const asked = await this.read(dataset)
    if (id !== this.healthWish) throw new LabError('past.stopped', 'the health was asked for anew', {})
    const health = this.health = new HealthJob(id, query, asked, (points) => { this.options.onHealth(points) })
    if (this.current instanceof HealthJob) await this.stopMeasuring() // of the query before
    this.begin()
    const { from, to, steps } = health.plan
    return { id, from, to, columns: steps }
  }

  /** No longer measures the health. */
  async endHealth(): Promise<void> {
    this.dropHealth()
    await this.restIfDone()
  }

  /** @returns the number of the wish for none */
  private dropHealth(): number {
    this.health?.end()
    this.health = null
    return ++this.healthWish
  }

  /**
   * Measures where two numbers were over the past, in place of the path that was asked for before.
   * @throws LabError past.stopped by a newer query, past.none, run.*, file.*
   */
  async measurePath({ cells }: PathQuery, dataset: SharedDataset): Promise<{ readonly id: number }> {
    const id = this.dropPath()
    const asked = await this.read(dataset)
    if (id !== this.pathWish) throw new LabError('past.stopped', 'another path was asked for', {})
    this.path = new PathJob(id, cells, asked, (points) => { this.options.onPath(points) })
    if (this.current instanceof PathJob) await this.stopMeasuring() // of the query before
    this.begin()
    return { id }
  }

  /** No longer measures the path. */
  async endPath(): Promise<void> {
    this.dropPath()
    await this.restIfDone()
  }

  /** @returns the number of the wish for none */
  private dropPath(): number {
    this.path?.end()
    this.path = null
    return ++this.pathWish
  }

  /** Tells whether the run learns. */
  setBeside(beside: boolean): void {
    if (beside === this.beside) return
    this.beside = beside
    if (this.isBusy) void this.options.tell('measureBeside', { beside }).catch(this.options.onProblem)
  }

  /** Another run is current: its past is another one. */
  forget(): void {
    this.wish++
    this.lanes = []
    this.dropHealth()
    this.dropPath()
    if (this.hasMemory) void this.stopMeasuring().catch(this.options.onProblem)
  }

  /** Works on the jobs, unless it does already. */
  private begin(): void {
    this.work ??= this.workOnJobs().finally(() => {
      this.work = null
      this.isEnding = false
      this.release()
      this.rested()
    })
  }

  /** The jobs in turns, while there is something left to measure. */
  private async workOnJobs(): Promise<void> {
    for (;;) {
      await this.finding?.over
      if (this.isEnding) break
      const job = this.jobs.toSorted((a, b) => a.plan.done - b.plan.done)[0]
      if (!job) break
      this.current = job
      await this.workOn(job).finally(() => { this.current = null })
    }
  }

  private async restIfDone(): Promise<void> {
    if (this.jobs.length === 0 && !this.finding && this.hasMemory) await this.stopMeasuring()
  }

  /** Frees what the thread keeps for the next span, unless there will be one. */
  private release(): void {
    if (this.hasMemory && !this.isBusy) void this.stopMeasuring().catch(this.options.onProblem)
  }

  private rested(): void { if (!this.isBusy) this.options.onRest?.() }

  private readonly measure = async <K extends Measuring>(command: K, arg: ArgOf<K>, mayPause?: (amounts: MemoryAmounts) => boolean): Promise<ResultOf<K>> => {
    this.hasMemory = true
    return await this.options.measure(command, arg, mayPause)
  }

  private async stopMeasuring(): Promise<void> {
    this.hasMemory = false
    await this.options.tell('stopMeasuring', null)
  }

  private async workOn(job: Job): Promise<void> {
    const isWanted = () => this.lanes.some(lane => lane === job) || this.health === job || this.path === job
    try {
      const given = await this.span(job.asked, job.plan.next!)
      if (this.isEnding || !isWanted()) return
      const tell = await job.measure(given, this.measure)
      if (isWanted()) tell()
    }
    catch (cause) {
      if ((cause as LabError).code === 'past.stopped' || this.isEnding || !isWanted()) return // by a question: this span is measured again after it
      this.lanes = this.lanes.filter(lane => lane !== job)
      if (this.health === job) this.dropHealth()
      if (this.path === job) this.dropPath()
      this.options.onProblem(cause)
    }
  }

  private check(wish: number): void {
    if (wish !== this.wish) throw new LabError('past.stopped', 'the question was ended', {})
  }

  /** What is known of the current run. @throws LabError past.none, run.*, file.* */
  private async read(dataset: SharedDataset): Promise<Asked> {
    const run = await readRecorded(null, this.options)
    const { series, checkpoints, record: { id, dataset: { counts }, config: { validation } } } = run
    const images = { train: learnedCount(counts.train, validation), validation: validationCount(counts.train, validation), test: counts.test }
    return { id, run, dataset, known: { ...reachOf(run), series, checkpoints: checkpoints.map(({ step }) => step), imagesIn: split => images[split] } }
  }

  /** A span with its checkpoint, and only its own losses. */
  private async span({ id, run, dataset }: Asked, span: Span): Promise<SpanToMeasure> {
    const recorded = await recordedRun(run, () => this.options.runs.stateBefore(id, span.from), span.to)
    return { run: cut(recorded), span, beside: this.beside, ...dataset !== this.options.dataset && { dataset } }
  }
}

/** A recorded run with the losses of a span alone. */
function cut(run: RecordedRun): RecordedRun {
  const { firstLoss, losses, step, checkpoint } = run
  const from = Math.max(firstLoss, (checkpoint.snapshot?.position.step ?? 0) + 1)
  return { ...run, evaluations: [], firstLoss: from, losses: losses.slice(from - firstLoss, Math.max(0, step + 1 - firstLoss)) }
}
