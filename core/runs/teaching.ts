import type { Architecture } from '../config'
import type { Dataset } from '../data/dataset'
import { unitImageAt } from '../data/images'
import { countParameters } from '../network/shapes'
import type { Param } from '../layers/layer'
import { lossDefinition } from '../layers/registry'
import type { Answers } from '../train/answers'
import { evaluatedSplits, type EvaluationSize, fullSize } from '../train/evaluation'
import type { Evaluator, RecordedEvaluation } from '../train/evaluator'
import { robustMax } from '../train/robust-max'
import { checkTaught, type OneAnswer, type Taught } from '../train/taught'
import { maxReadNumbers } from '../train/tensor-window'
import type { Trainer } from '../train/trainer'
import { weightDistances, type Weights } from './compare'
import type { FlippedImage, MovedMap, MovedWeight, TaughtEffect } from './taught-effect'

/** Weights that are listed, and flipped images of each kind that are shown */
const [mostMoved, mostFlipped] = [20, 100]
/** Columns of a map, and rows of one that shows no images */
const [mapColumns, mapRows] = [100, 256]
/** Before only the test images count; after, what a run's evaluation counts */
const [sizeBefore, sizeAfter]: readonly EvaluationSize[] = [{ test: Infinity }, { ...fullSize, test: Infinity }]
/** Of an answer to one image: its numbers in `Answers` */
const answerBytes = 32

/** Memory that teaching takes besides the run's, in bytes: two copies of the weights, and the answers to all images. */
export const teachingBytes = (architecture: Architecture, tests: number): number => 2 * 4 * countParameters(architecture) + answerBytes * (2 * tests + fullSize.train! + fullSize.validation!)

/**
 * Teaches a trainer one image, in slices: answers all test images, learns, answers them again, and compares. The trainer is in
 * the taught state afterwards and belongs to the caller.
 */
export class Teaching {
  private readonly evaluator: Evaluator
  private tests: Answers | null = null
  private taught: { readonly before: OneAnswer, readonly after: OneAnswer, readonly weights: readonly Weights[] } | null = null

  /** @throws LabError teach.image, teach.label, train.memory */
  constructor(private readonly trainer: Trainer, private readonly image: Taught) {
    const { dataset: { info: { shape } }, classes } = trainer
    checkTaught(image, { shape, classes })
    this.evaluator = trainer.createEvaluator()
    this.evaluator.begin(sizeBefore!, true)
  }

  /**
   * Goes on until the slice is over.
   * @returns the effect at the end, else null
   * @throws LabError teach.diverged
   */
  advance(isOver: () => boolean): TaughtEffect | null {
    const { evaluator } = this
    do {
      if (evaluator.active && !evaluator.advance()) continue
      const { recorded } = evaluator
      if (this.taught) return this.compared(this.taught, recorded)
      this.tests = recorded?.answers.test ?? null
      this.taught = this.teach()
      evaluator.begin(sizeAfter!, true)
    } while (!isOver())
    return null
  }

  /** Frees its memory. */
  dispose(): void { this.evaluator.dispose() }

  private teach(): NonNullable<Teaching['taught']> {
    const { trainer, image } = this
    const weights = trainer.model.params.map(({ path, slot: { value } }) => ({ path, data: Float32Array.from(value.data) }))
    const before = this.answer()
    trainer.teach(image)
    return { before, after: this.answer(), weights }
  }

  private answer(): OneAnswer {
    const one = this.trainer.readOne()
    try { return one.read(this.image) }
    finally { one.dispose() }
  }

  private compared({ before, after, weights }: NonNullable<Teaching['taught']>, recorded: RecordedEvaluation | null): TaughtEffect {
    const tests = recorded?.answers.test ?? null
    const { trainer: { step, dataset, model, config } } = this
    const now = model.params.map(({ path, slot: { value: { data } } }) => ({ path, data }))
    const { toWrong, toRight, ...right } = flips(this.tests, tests, dataset)
    const moved = movedMost(weights, model.params)
    return {
      step, areProbabilities: lossDefinition(config.network.loss).probabilities, before, after,
      test: tests && tests.images > 0 ? { images: tests.images, ...right } : null, toWrong, toRight, moved,
      distances: weightDistances(weights, now), maps: model.params.flatMap((param, i) => mapOf(param, weights[i]!, param.path.startsWith(`${model.layers[0]!.name}.`)) ?? []),
      scores: evaluatedSplits.flatMap((split) => {
        const { evaluation } = recorded ?? {}
        const score = evaluation?.[split]
        return evaluation && score && score.images > 0 ? [{ epoch: evaluation.epoch, split, score }] : []
      }),
    }
  }
}

function flips(before: Answers | null, after: Answers | null, { test }: Dataset) {
  const toWrong: FlippedImage[] = []
  const toRight: FlippedImage[] = []
  const [count, right] = [{ toWrong: 0, toRight: 0 }, { before: 0, after: 0 }]
  for (let at = 0; before && after && at < after.images; at++) {
    const { index, label, predicted: read } = before.at(at)
    const { predicted } = after.at(at) // both evaluations visit the images in the same order
    if (read === label) right.before++
    if (predicted === label) right.after++
    if ((read === label) === (predicted === label)) continue
    const [kind, list] = predicted === label ? ['toRight' as const, toRight] : ['toWrong' as const, toWrong]
    count[kind]++
    if (list.length < mostFlipped) list.push({ index, label, before: read, after: predicted, pixels: unitImageAt(test, index) })
  }
  return { ...right, toWrong: { count: count.toWrong, images: toWrong }, toRight: { count: count.toRight, images: toRight } }
}

/** @param before of all parameters */
function movedMost(before: readonly Weights[], params: readonly Param[]): readonly MovedWeight[] {
  const most: (MovedWeight & { readonly by: number })[] = []
  for (const [i, { path, slot: { value: { data, shape, columns } } }] of params.entries()) {
    const old = before[i]!.data
    for (let j = 0; j < data.length; j++) {
      const by = Math.abs(data[j]! - old[j]!)
      if (by === 0 || (most.length === mostMoved && by <= most.at(-1)!.by)) continue
      const at = most.findIndex(other => by > other.by)
      const isMatrix = shape.length > 1
      most.splice(at < 0 ? most.length : at, 0, { path, row: isMatrix ? Math.floor(j / columns) : null, column: isMatrix ? j % columns : j, before: old[j]!, after: data[j]!, by })
      most.length = Math.min(most.length, mostMoved)
    }
  }
  return most.map(({ path, row, column, before, after }) => ({ path, row, column, before, after }))
}

/** The part around the weight that moved most; null for a vector. @param isFirst whether its rows are the pixels of images, which stay together */
function mapOf({ path, slot: { value: { data, shape, columns: width } } }: Param, { data: old }: Weights, isFirst: boolean): MovedMap | null {
  if (shape.length !== 2) return null
  const change = Float32Array.from(data, (value, i) => value - old[i]!)
  const height = data.length / width
  let [at, largest] = [0, 0]
  for (let i = 0; i < change.length; i++) if (Math.abs(change[i]!) > largest) [at, largest] = [i, Math.abs(change[i]!)]
  const pageRows = Math.min(height, isFirst ? maxReadNumbers : mapRows)
  const pageColumns = Math.min(width, mapColumns, Math.max(1, Math.floor(maxReadNumbers / pageRows)))
  const firstRow = Math.floor(Math.floor(at / width) / pageRows) * pageRows
  const firstColumn = Math.floor(at % width / pageColumns) * pageColumns
  const [rows, columns] = [Math.min(pageRows, height - firstRow), Math.min(pageColumns, width - firstColumn)]
  const part = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) part.set(change.subarray((firstRow + row) * width + firstColumn, (firstRow + row) * width + firstColumn + columns), row * columns)
  return { path, shape: [height, width], firstRow, rows, firstColumn, columns, data: part, range: robustMax(change, largest) }
}
