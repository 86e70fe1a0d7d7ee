import { type EvaluatedSplit, lossDefinition, type RecordedEvaluation, type Trainer, unitImageAt } from '@core'
import { maxMatrixClasses, type MistakesFrame, type MistakesQuery } from '@contract'

/** Kinds of mistakes in a reply */
const maxConfusions = 100

/**
 * Answers a view's query about one evaluation.
 * @param of number of images in the split
 * @returns null when the split has no images
 */
export function mistakes({ evaluation, answers }: RecordedEvaluation, { dataset, config }: Pick<Trainer, 'dataset' | 'config'>, of: number, query: MistakesQuery): Omit<MistakesFrame, 'runId'> | null {
  const { split, first, count } = query
  const [score, recorded] = [evaluation[split], answers[split]]
  if (!score || score.images === 0) return null
  const selected = recorded.select(query)
  const kinds = recorded.confusions()
  const images = dataset[fileOf(split)]
  const answerAt = (at: number) => {
    const answer = recorded.at(at)
    return { ...answer, pixels: unitImageAt(images, answer.index) }
  }
  const wanted = query.image === undefined ? -1 : recorded.positionOf(query.image)
  return {
    step: evaluation.step, split, score, of,
    areProbabilities: lossDefinition(config.network.loss).probabilities,
    confusion: recorded.classes > maxMatrixClasses ? null : recorded.confusion(),
    confusions: kinds.slice(0, maxConfusions),
    confusionKinds: kinds.length,
    total: selected.length,
    items: selected.slice(first, first + count).map(answerAt),
    image: wanted < 0 ? null : answerAt(wanted),
  }
}

/** Validation images are training images. */
const fileOf = (split: EvaluatedSplit): 'train' | 'test' => split === 'test' ? 'test' : 'train'
