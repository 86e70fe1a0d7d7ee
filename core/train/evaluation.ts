/** The parts of a dataset that are evaluated; validation is the share of the training images that is not learned from. */
export const evaluatedSplits = ['train', 'validation', 'test'] as const
export type EvaluatedSplit = (typeof evaluatedSplits)[number]

/** How well a network does on images of one split. */
export interface Score {
  /** Number of images evaluated */
  readonly images: number
  /** Mean loss over them; not finite when the network's numbers are not */
  readonly loss: number
  /** Correctly classified share, 0 to 1 */
  readonly accuracy: number
}

/** A score with its answers for each class. */
export interface ClassScore extends Score {
  /** Right answers by class index (classes) */
  readonly correct: readonly number[]
  /** Images by class index (classes) */
  readonly counts: readonly number[]
}

interface Scores<S extends Score> {
  /** Mini-batches learned before the evaluation */
  readonly step: number
  /** On the images that are learned from */
  readonly train: S
  /** Null without validation images */
  readonly validation: S | null
  readonly test: S
}

/** What the units of one activation layer did on the first images of an evaluation that are learned from. */
export interface UnitActivity {
  /** 'relu1' */
  readonly layer: string
  /** Number of images, at most 1,000 */
  readonly images: number
  /** ReLU: by unit, the number of images with x > 0; empty for other kinds */
  readonly fired: readonly number[]
  /** Sigmoid and tanh: share of their inputs, 0 to 1, in the flat parts of the curve; 0 for other kinds */
  readonly saturated: number
  /** Sigmoid and tanh: share of their inputs so far out that the output is almost exactly an end of its range; 0 for other kinds */
  readonly extreme: number
}

/** The scores of a run's weights on every split. */
export interface Evaluation extends Scores<ClassScore> {
  /** Epochs completed before the evaluation */
  readonly epoch: number
  /** Of each activation layer, in the order of the network */
  readonly activity: readonly UnitActivity[]
}
/** An evaluation without its epoch, its units' activity and its answers for each class, as a run's curves keep it. */
export type EvaluationPoint = Scores<Score>

/** Number of images to evaluate in each split: all if it has fewer, none if it is left out. */
export type EvaluationSize = Readonly<Partial<Record<EvaluatedSplit, number>>>

const ofEach = (images: number): EvaluationSize => ({ train: images, validation: images, test: images })
/** For evaluations between epochs: at an accuracy of 0.97 the standard error with 1,000 images is about 0.005. */
export const quickSize = ofEach(1000)
/** MNIST's whole test set, and as many images of the other splits. */
export const fullSize = ofEach(10_000)
/** All images of every split. */
export const wholeSize = ofEach(Infinity)

/** The evaluation as a run's curves keep it. */
export function pointOf({ step, train, validation, test }: EvaluationPoint): EvaluationPoint {
  const score = ({ images, loss, accuracy }: Score): Score => ({ images, loss, accuracy })
  return { step, train: score(train), validation: validation && score(validation), test: score(test) }
}

/** With an accuracy below this multiple of chance level, a network has learned nothing useful. */
const guessing = 1.5

/**
 * Whether a network is hardly better than chance on the test images although it has completed an epoch. Steps would not tell:
 * the batch size may have changed since the first one.
 * @param classes number of classes of the dataset
 */
export function isGuessing({ epoch, test }: { readonly epoch: number, readonly test: Pick<Score, 'accuracy'> }, classes: number): boolean {
  return epoch > 0 && test.accuracy < guessing / classes
}
