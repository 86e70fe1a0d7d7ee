import type { RunCurves } from '@contract'
import type { CompareMeasure } from './compare-lines'

type Cell = string | number

/** The curves of runs as rows, the header first: every value that was read, with all its digits. */
export function exported(runs: readonly RunCurves[], measure: CompareMeasure, nameOf: (run: RunCurves) => string): readonly (readonly Cell[])[] {
  return measure === 'loss' ? losses(runs, nameOf) : scores(runs, nameOf)
}

/** What is not known is an empty cell. */
const known = (value: number | undefined): Cell => value === undefined || Number.isNaN(value) ? '' : value

function losses(runs: readonly RunCurves[], nameOf: (run: RunCurves) => string): readonly (readonly Cell[])[] {
  return [
    ['run', 'id', 'step', 'epoch', 'seconds', 'mini_batches', 'least_loss', 'greatest_loss', 'mean_loss'],
    ...runs.flatMap(run => Array.from(run.loss.steps, (step, i) => [nameOf(run), run.id, step, run.epochs[i]!, known(run.seconds[i]), run.loss.count[i]!, run.loss.least[i]!, run.loss.greatest[i]!, run.loss.mean[i]!])),
  ]
}

function scores(runs: readonly RunCurves[], nameOf: (run: RunCurves) => string): readonly (readonly Cell[])[] {
  const classes = [...new Set(runs.flatMap(({ classes }) => classes))]
  return [
    ['run', 'id', 'step', 'epoch', 'seconds', 'split', 'images', 'accuracy', ...classes.map(name => `class_${name}`)],
    ...runs.flatMap(run => run.evaluations.flatMap(evaluation => (['train', 'validation', 'test'] as const).flatMap((split) => {
      const score = evaluation[split]
      return score ? [[nameOf(run), run.id, evaluation.step, evaluation.epoch, known(evaluation.seconds), split, score.images, score.accuracy, ...classes.map(name => known(score.classes[run.classes.indexOf(name)]))]] : []
    }))),
  ]
}
