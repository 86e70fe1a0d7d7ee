import { type Checkpoint, type Dataset, type EvaluatedSplit, evaluatedSplits, type Evaluation, type Known, meterOf, type PastAnswer, searchPlan, quantityOf, type Question, type RunConfig, RunSeries, Scan, type Search, type SeriesRecord, SpanFinder, type SettingsChange, Trainer, trainerOf } from '@core'
import { checkpointIn } from '../../../fixtures/training'

/** A run with what is recorded of it. */
export interface Recorded {
  readonly trainer: Trainer
  readonly checkpoints: readonly Checkpoint[]
  readonly known: Known
}

interface Recording {
  readonly dataset: Dataset
  readonly changes?: readonly (readonly [number, SettingsChange])[]
  /** Steps between two checkpoints */
  readonly every?: number
  /** Steps between two evaluations of 1,000 images */
  readonly evaluatedEvery?: number
  /** Whether the loss that leads to a step is recorded */
  readonly hasLoss?: (step: number) => boolean
  /** Called at each step, before the changes at it; at the first one too */
  readonly at?: (trainer: Trainer) => void
}

/** Learns a run, and records it. */
export function recordRun(config: RunConfig, steps: number, { dataset, changes = [], every = 7, evaluatedEvery = 10, hasLoss = () => true, at = () => undefined }: Recording): Recorded {
  let trainer = new Trainer(config, dataset)
  const checkpoints = [checkpointIn(trainer)]
  const records: SeriesRecord[] = []
  at(trainer)
  while (trainer.step < steps) {
    for (const [, change] of changes.filter(([step]) => step === trainer.step)) trainer = trainer.change(change)
    const loss = trainer.learn()
    if (trainer.divergence) break
    const { step, epoch } = trainer
    if (hasLoss(step)) records.push({ kind: 'losses', firstStep: step, losses: Float32Array.of(loss) })
    if (step % every === 0) checkpoints.push(checkpointIn(trainer))
    if (step % evaluatedEvery === 0) {
      const evaluation = evaluated(trainer)
      for (const split of evaluatedSplits) if (evaluation[split]) records.push({ kind: 'score', step, epoch, split, score: evaluation[split] })
    }
    at(trainer)
  }
  const { train, validation, test } = evaluated(trainer)
  const images: Record<EvaluatedSplit, number> = { train: train.images, validation: validation?.images ?? 0, test: test.images }
  return {
    trainer, checkpoints,
    known: { first: 0, last: trainer.step, checkpoints: checkpoints.map(({ snapshot }) => snapshot.position.step), series: new RunSeries(records), imagesIn: split => images[split] },
  }
}

/** The evaluation of 1,000 images that a run makes. */
export function evaluated(trainer: Trainer): Evaluation {
  const evaluator = trainer.createEvaluator()
  evaluator.begin({ train: 1000, validation: 1000, test: 1000 })
  for (;;) {
    const evaluation = evaluator.advance()
    if (evaluation) return evaluation
  }
}

/** Asks a run's past, and counts the steps that were learned again. */
export function ask(question: Question, { trainer, checkpoints, known }: Recorded): { readonly answer: PastAnswer, readonly learned: number, readonly searches: readonly Search[], readonly steps: number } {
  const plan = searchPlan(question, known)
  const searches: Search[] = []
  let learned = 0
  const search = plan.search()
  let next = search.next()
  while (!next.done) {
    const { value } = next
    searches.push(value)
    const from = checkpoints.findLast(({ snapshot }) => snapshot.position.step <= value.from)!
    const meter = meterOf(quantityOf(question)!)
    const finder = new SpanFinder(question, value.find)
    const scan = new Scan(trainerOf(from, trainer.dataset, trainer.ops), {
      meter, span: value, past: { events: trainer.events, lossAt: step => known.series.lossAt(step) },
      take: (step, number) => finder.take(step, number, meter),
    })
    while (!scan.advance(() => true));
    meter.dispose()
    learned += scan.step - value.from
    next = search.next(finder.found)
  }
  return { answer: next.value, learned, searches, steps: plan.steps }
}
