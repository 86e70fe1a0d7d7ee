import type { CurveEvaluation, CurveScore, RunCurves } from '@contract'
import { epochsAt, type EvaluatedSplit, lossColumns, secondsAt, type StepRange, thinned, widthFor } from '@core'
import { reachOf, type RunOnDisk } from '@files'

/** A curve of evaluations has dots, and fewer points than one of losses. */
const evaluationsIn = (columns: number): number => Math.floor(columns * 2 / 3)

/**
 * The curves of runs, thinned to columns that end at the same steps in all of them.
 * @param columns at most, in the longest run
 * @param range the steps that are looked at; left out: all
 */
export function curvesOf(runs: readonly RunOnDisk[], columns: number, range: StepRange = { from: 0, to: Infinity }): readonly Omit<RunCurves, 'problem'>[] {
  const width = widthFor(Math.max(1, Math.min(range.to - range.from, Math.max(0, ...runs.map(({ series }) => series.losses.length)))), columns)
  return runs.map((run) => {
    const { id, name, created, parent, config, events, dataset, classes, firstStep, fromSeed, backend } = run.record
    const loss = lossColumns(run.series, width, range)
    return {
      id, name, created, parent, config, events, dataset, classes, firstStep, fromSeed, backend, last: reachOf(run).last,
      loss, epochs: epochsAt(run.record, loss.steps), seconds: secondsAt(run.series.times, firstStep, loss.steps), evaluations: evaluationsOf(run, evaluationsIn(columns), range),
    }
  })
}

function evaluationsOf({ record, series }: RunOnDisk, most: number, { from, to }: StepRange): readonly CurveEvaluation[] {
  const measured = new Map<number, { readonly step: number } & Partial<Record<EvaluatedSplit, CurveScore>>>()
  for (const { step, split, score: { accuracy, images, correct, counts } } of series.scores)
    measured.set(step, { ...measured.get(step), step, [split]: { accuracy, images, classes: correct.map((right, i) => right / counts[i]!) } })
  const kept = thinned([...measured.values()].filter(({ step }) => step >= from && step <= to).sort((a, b) => a.step - b.step), most)
  const steps = kept.map(({ step }) => step)
  const [epochs, seconds] = [epochsAt(record, steps), secondsAt(series.times, record.firstStep, steps)]
  return kept.map((scores, i) => ({ ...scores, epoch: epochs[i]!, seconds: seconds[i]! }))
}
