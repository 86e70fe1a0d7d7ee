import type { KeepTaughtRequest, RecordedRun, RunState, SharedDataset, TaughtFrame, TeachRequest } from '@contract'
import { beginningOf, hexOf, imageBytes, LabError, markOf, parentOf, type RunParent, type RunSeries, type Taught, type TaughtEffect } from '@core'
import { reachOf } from '@files'
import { type Forked, type ForksOptions, writeFork } from './forks'
import type { Past } from './past'
import { checkReach, readRecorded, recordedRun } from './recorded-run'

export interface TeacherOptions extends Omit<ForksOptions, 'past'> {
  readonly past: Pick<Past, 'teach' | 'stateAt' | 'shownStep'>
  /** Of the lab */
  readonly version: string
}

/** The current run as it is now: its state, and the dataset that it learns. */
export interface Present {
  readonly state: RunState
  readonly dataset: SharedDataset
}

/** A step of the current run. */
interface Place {
  /** Of the run on the disk; null: it has learned nothing yet */
  readonly id: string | null
  readonly run: RecordedRun
  readonly parent: RunParent | null
  readonly series: Pick<RunSeries, 'firstStep' | 'losses' | 'scores' | 'times'>
}

/** Teaches copies of the current run one image each. The run itself is only read, from the disk. */
export class Teacher {
  /** How well what was taught last does, for its run if it is kept */
  private latest: { readonly runId: number, readonly step: number, readonly taught: Taught, readonly scores: TaughtEffect['scores'] } | null = null

  constructor(private readonly options: TeacherOptions) {}

  /**
   * Says what teaching changes at the step that is asked for, or at the moment that is shown, or at the latest step. Nothing is kept.
   * @throws LabError teach.dataset, teach.image, teach.label, teach.diverged; past.none, past.range, past.left, past.memory; run.*, file.*, worker.died
   */
  async try({ dataset: drawnFor, step, ...image }: TeachRequest, { state, dataset }: Present): Promise<TaughtFrame> {
    const { info } = dataset
    if (drawnFor !== info.id) throw new LabError('teach.dataset', `the image is one of ${drawnFor}`, { wanted: info.name })
    const { id, run } = await this.place(step ?? this.options.past.shownStep ?? null, state)
    const taught = taughtOf(image)
    const { effect, differsAt } = await this.options.past.teach(run, taught, dataset)
    this.latest = { runId: state.runId, step: run.step, taught, scores: effect.scores }
    return { ...effect, run: id, runId: state.runId, differsAt }
  }

  /**
   * Puts what was taught beside the run, as a run of its own whose record has the image: the same step is learned again and taught
   * again, which gives the same bits, so that nothing is held until then.
   * @throws LabError as `try`; teach.gone when another run has taken the place of one that was never on the disk
   */
  async keep({ run: wanted, runId, step, ...image }: KeepTaughtRequest, { state, dataset: present }: Present, load: (dataset: string) => Promise<SharedDataset>): Promise<Forked> {
    if (wanted === null && runId !== state.runId) throw new LabError('teach.gone', 'the run was replaced before it learned', {})
    const { past } = this.options
    const { run, parent, series } = await this.place(step, state, wanted ?? undefined)
    const { dataset: { id: wantedDataset } } = run.checkpoint
    const dataset = wantedDataset === present.info.id ? present : await load(wantedDataset)
    const taught = taughtOf(image)
    const { latest } = this
    const isLatest = latest?.runId === runId && latest.step === step && JSON.stringify(latest.taught) === JSON.stringify(taught)
    const scores = isLatest ? latest.scores : (await past.teach(run, taught, dataset)).effect.scores
    const events = [...run.events.filter(({ step: at }) => at <= step), { step, change: {}, taught }]
    // The accuracies at this step are those of the taught network, not of the run.
    const { firstStep, losses, times } = series
    const own = { firstStep, losses, times, scores: [...series.scores.filter(({ step: at }) => at < step), ...scores.map(score => ({ kind: 'score' as const, step, ...score }))] }
    return await writeFork({ ...run, events }, { parent, series: own, name: '' }, dataset, { ...this.options, past: { stateAt: (...given) => past.stateAt(...given, { mayDrop: false }) } })
  }

  /** @param step null: the latest one @param given id of a run on the disk; left out: the current one */
  private async place(step: number | null, state: RunState, given?: string): Promise<Place> {
    const { runs, recorder } = this.options
    const id = given ?? await recorder.id()
    if (id === null) return this.untrained(step, state)
    const run = await readRecorded(id, { runs, recorder })
    const at = step ?? reachOf(run).last
    checkReach(run, at)
    return { id, run: await recordedRun(run, before => runs.stateBefore(id, before), at), parent: parentOf(run.record, at), series: run.series }
  }

  /** A run that has learned nothing is not on the disk: its settings determine its state. @throws LabError past.none for one that is not recorded */
  private untrained(step: number | null, { step: now, config, dataset, origin, backend }: RunState): Place {
    if (origin.from !== 'seed' || now !== 0 || (step ?? 0) !== 0) throw new LabError('past.none', 'the run has no past yet', {})
    const checkpoint = beginningOf({ config, events: [], dataset: markOf(dataset), classes: dataset.classes, backend, version: this.options.version })
    const losses = new Float32Array()
    return {
      id: null, parent: null, series: { firstStep: null, losses, scores: [], times: [] },
      run: { name: '', checkpoint, step: 0, events: [], parent: null, origin, firstLoss: 1, losses, evaluations: [] },
    }
  }
}

const taughtOf = ({ pixels, label, times }: Pick<TeachRequest, 'pixels' | 'label' | 'times'>): Taught =>
  ({ pixels: hexOf(imageBytes(pixels)), label, times })
