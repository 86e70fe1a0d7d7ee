import type { Dataset } from '../data/dataset'
import { choicesOf, type NetworkChoice, type NetworkFile, withChoice } from '../formats/network-file'
import { buildModel } from '../network/model'
import { setTensors } from '../network/params'
import type { Ops } from '../ops/ops'
import { evaluationRows } from './parts'
import { SplitCounter } from './split-counter'

/** How well a file's network does under one answer to its open choices. */
export interface ChoiceAccuracy {
  readonly choice: NetworkChoice
  /** Correctly classified share, 0 to 1 */
  readonly accuracy: number
}

/** Training images on which each choice is measured: at an accuracy of 0.9 the standard error is about 0.01. */
export const choiceImages = 1000

/**
 * Measures a network under every combination of answers to its open choices, each on the same training images.
 * @param dataset of the network's input size and number of classes: see `checkWeightsFit`
 * @returns the best first; of equal ones in the order of `choicesOf`
 */
export function choiceAccuracies(file: Pick<NetworkFile, 'weights' | 'open'>, { train, info: { classes } }: Pick<Dataset, 'train' | 'info'>, ops: Ops, images = choiceImages): readonly ChoiceAccuracy[] {
  const measured = choicesOf(file).map((choice): ChoiceAccuracy => {
    const { architecture, tensors } = withChoice(file, choice)
    const rows = evaluationRows(architecture)
    const arena = ops.arena()
    try {
      const model = buildModel(architecture, { rows, arena })
      setTensors(model, tensors)
      const counter = new SplitCounter({ split: train, classes: classes.length, rows })
      counter.begin(images, false)
      while (counter.left > 0) counter.advance(model, ops)
      return { choice, accuracy: counter.score.accuracy }
    }
    finally { arena.dispose() }
  })
  return measured.sort((a, b) => b.accuracy - a.accuracy)
}
