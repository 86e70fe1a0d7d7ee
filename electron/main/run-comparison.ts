import type { CompareProgress, NamedWeights, RequestArg, RunDifference, RunDistance, SharedDataset, WorkerStart } from '@contract'
import { architectureOn, computesSameBits, firstDifference, firstDifferingLoss, haveSameNumbers, LabError, readWeights, tensorsOf, weightDistances, type Weights } from '@core'
import { reachOf, type RunOnDisk, type RunStore } from '@files'
import type { Datasets } from './datasets'
import type { Memory } from './memory'
import { recordedRun } from './recorded-run'
import type { RunRecorder } from './run-recorder'
import { Supervisor, type Thread, timeoutFor } from './supervisor'

export interface RunComparisonOptions {
  readonly startThread: (start: Omit<WorkerStart, 'compiling'>) => Thread
  /** MNIST, with which the thread starts */
  readonly dataset: SharedDataset
  readonly sample: NamedWeights
  readonly version: string
  readonly datasets: Pick<Datasets, 'load' | 'left'>
  readonly runs: Pick<RunStore, 'read' | 'stateBefore'>
  /** Of the run, and of its twin */
  readonly recorder: Pick<RunRecorder, 'flush'>
  readonly twinRecorder: Pick<RunRecorder, 'flush'>
  readonly onProgress: (progress: CompareProgress) => void
  readonly memory: Memory
}

/** Its run ids are above those of all other threads. */
const firstRunId = 2_000_000_000

/** A run whose weights are asked for. */
interface Asked { readonly run: RunOnDisk, readonly dataset: SharedDataset }
interface Found { readonly tensors: readonly Weights[], readonly exact: boolean }

/**
 * Compares the weights of two runs, which a thread of its own learns again: neither the run in training nor the moment of the
 * past that is shown is disturbed. A newer question ends an older one with past.left; the thread ends with `rest`.
 */
export class RunComparison {
  private supervisor: Supervisor | null = null
  private wish = 0
  /** What is being learned again */
  private looking: Pick<CompareProgress, 'run' | 'look'> = { run: '', look: 0 }
  /** Questions that are being answered */
  private asked = 0

  constructor(private readonly options: RunComparisonOptions) {
    const end = async (): Promise<boolean> => {
      const isThere = this.supervisor !== null
      await this.rest()
      return isThere
    }
    const isInUse = (): boolean => this.asked > 0
    options.memory.others.set('comparison', { isInUse, isWaitedFor: isInUse, end })
  }

  /** The first step at which the weights differ. @throws LabError compare.*, past.left; run.*, file.*, dataset.* */
  difference({ a, b }: RequestArg<'runs:difference'>): Promise<RunDifference> {
    return this.answer([a, b], async (pair, at) => {
      const [one, other] = pair.map(({ run }) => run) as [RunOnDisk, RunOnDisk]
      const { first, last } = commonSteps(one, other)
      let exact = true
      const step = await firstDifference({ first, last, lossDiffersAt: firstDifferingLoss(one.series, other.series) }, async (step) => {
        const [x, y] = await at(step)
        exact &&= x.exact && y.exact
        return !haveSameNumbers(x.tensors, y.tensors)
      })
      return { step, first, last, exact }
    })
  }

  /** ‖ΔW‖ at a step. @throws LabError as `difference`; compare.step */
  distance({ a, b, step }: RequestArg<'runs:distance'>): Promise<RunDistance> {
    return this.answer([a, b], async (pair, at) => {
      const [one, other] = pair.map(({ run }) => run) as [RunOnDisk, RunOnDisk]
      const { first, last } = commonSteps(one, other)
      if (step < first || step > last) throw new LabError('compare.step', `no common step ${step}`, { step, first, last })
      const [x, y] = await at(step)
      return { step, tensors: weightDistances(x.tensors, y.tensors), exact: x.exact && y.exact }
    })
  }

  /** Nothing is asked for now. */
  async rest(): Promise<void> {
    this.wish++
    const { supervisor } = this
    this.supervisor = null
    this.options.memory.hold('comparison', 0)
    await supervisor?.stop()
  }

  private async answer<T>(ids: readonly string[], work: (pair: readonly Asked[], at: (step: number) => Promise<readonly [Found, Found]>) => Promise<T>): Promise<T> {
    const mine = ++this.wish
    const { runs, recorder, twinRecorder, datasets, dataset: mnist, memory } = this.options
    const check = (step: number): void => { if (mine !== this.wish) throw new LabError('past.left', `step ${step} is no longer wished for`, { step }) }
    const asked: Asked[] = []
    this.asked++
    try {
      await Promise.all([recorder.flush(), twinRecorder.flush()])
      for (const id of ids) {
        const run = await runs.read(id)
        const known = asked.find(({ run: { record } }) => record.config.dataset === run.record.config.dataset)
        asked.push({ run, dataset: known?.dataset ?? await datasets.load(run.record.config.dataset) })
      }
      const [one, other] = asked as [Asked, Asked]
      checkNetworks(one.run, other.run)
      let look = 0
      const weightsAt = async ({ run, dataset }: Asked, step: number): Promise<Found> => {
        const recorded = await recordedRun(run, at => runs.stateBefore(run.record.id, at), step)
        const { state, differsAt } = await memory.within('comparison', (maxBytes) => {
          check(step)
          const thread = this.thread(run)
          thread.limit(maxBytes)
          this.looking = { run: run.record.id, look }
          return thread.ask('visit', { run: recorded, ...dataset !== mnist && { dataset } })
        })
        check(step)
        const { tensors } = readWeights((await this.thread(run).ask('weights', null)).bytes, run.record.name)
        return { tensors, exact: differsAt === null && computesSameBits(run.record.backend, state.backend) }
      }
      return await work(asked, async (step) => {
        look++
        return [await weightsAt(one, step), await weightsAt(other, step)]
      })
    }
    catch (cause) {
      // the thread was ended on purpose, or its answer is no longer wished for
      throw mine === this.wish ? cause : new LabError('past.left', 'the comparison was given up', {})
    }
    finally {
      for (const { dataset } of asked) if (dataset !== mnist) datasets.left(dataset.info.id)
      if (--this.asked === 0) memory.released()
    }
  }

  private thread({ record: { config, dataset } }: RunOnDisk): Supervisor {
    if (this.supervisor) return this.supervisor
    const pendingRequests = new Int32Array(new SharedArrayBuffer(4))
    const { startThread, dataset: mnist, sample, version, memory } = this.options
    return this.supervisor = new Supervisor(startThread({ role: 'replay', dataset: mnist, sample, version, pendingRequests, threads: 1, firstRunId }), {
      pendingRequests, timeoutMs: () => timeoutFor(architectureOn(config.network, dataset), config.batchSize),
      onMessage: (message) => {
        if (message.type === 'progress') this.options.onProgress({ ...message.progress, ...this.looking })
        else if (message.type === 'memory') memory.hold('comparison', message.bytes)
      },
      onDeath: () => {
        this.supervisor = null
        memory.hold('comparison', 0)
      },
    })
  }
}

/** @throws LabError compare.steps */
function commonSteps(a: RunOnDisk, b: RunOnDisk): { readonly first: number, readonly last: number } {
  const [x, y] = [reachOf(a), reachOf(b)]
  const [first, last] = [Math.max(x.first, y.first), Math.min(x.last, y.last)]
  if (first > last) throw new LabError('compare.steps', `steps ${x.first} to ${x.last} and ${y.first} to ${y.last}`, { first: x.first, last: x.last, otherFirst: y.first, otherLast: y.last })
  return { first, last }
}

/** @throws LabError compare.networks when their tensors have other names or shapes */
function checkNetworks(a: RunOnDisk, b: RunOnDisk): void {
  const [one, other] = [a, b].map(({ record: { config, dataset } }) => tensorsOf(architectureOn(config.network, dataset)).map(({ path, shape }) => `${path} (${shape.join(', ')})`).join())
  if (one !== other) throw new LabError('compare.networks', `${one} and ${other}`, {})
}
