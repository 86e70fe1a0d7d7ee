import type { BatchFrame, DatasetImage, RunState } from '@contract'
import { type Architecture, buildModel, type CheckedModel, countParameters, createReferenceOps, type DatasetInfo, defaultConfig, expand, fillTarget, initialize, inputSize, type LabelledImage, mnist, normalizeUnit, type Precision, type SavedTensor, setTensors } from '@core'

/** The book's network, and one small enough to be checked in a moment. */
export const bookNetworks = { small: expand({ layers: [inputSize(mnist), 10], activation: 'relu' }), full: expand({ layers: [inputSize(mnist), 50, 10], activation: 'relu' }) } as const
/** 'run' is the network in training. */
export type CheckedNetwork = keyof typeof bookNetworks | 'run'

/** The loss is the mean over the first images of the training set, as in the terminal. */
const images = 3
/** The time grows with the square: five times as many parameters as the book's network take minutes, and more take hours. */
export const maxParameters = 200_000

/** What a gradient check computes with. */
export interface CheckPlan {
  readonly architecture: Architecture
  readonly dataset: DatasetInfo
  /** Training images, counted from the first */
  readonly images: number
  readonly parameters: number
  readonly tooLarge: boolean
}

/** What is checked. @param run null: the small network takes the place of the one in training */
export function planOf(network: CheckedNetwork, run: RunState | null): CheckPlan {
  const dataset = network === 'run' && run ? run.dataset : mnist
  const architecture = network !== 'run' ? bookNetworks[network] : run ? { input: run.input, ...run.config.network } : bookNetworks.small
  const parameters = countParameters(architecture)
  return { architecture, dataset, images: Math.min(images, dataset.counts.train), parameters, tooLarge: parameters > maxParameters }
}

/** The network with images and weights. @param weights null: drawn as those of the book's run */
export const checkedModel = ({ architecture, dataset }: CheckPlan, precision: Precision, digits: readonly DatasetImage[], weights: readonly SavedTensor[] | null): CheckedModel =>
  modelOn(architecture, precision, digits.map(({ image, label }) => ({ pixels: normalizeUnit(image, dataset.normalization), label })), weights)

/** The next mini-batch of a run with its present weights. */
export const batchModel = ({ input, config: { network }, images, tensors }: BatchFrame, precision: Precision): CheckedModel => modelOn({ input, ...network }, precision, images, tensors)

function modelOn(architecture: Architecture, precision: Precision, images: readonly LabelledImage[], weights: readonly SavedTensor[] | null): CheckedModel {
  const model = buildModel(architecture, { rows: images.length, precision })
  if (weights) setTensors(model, weights)
  else initialize(model, defaultConfig.init, defaultConfig.seed)
  images.forEach(({ pixels }, i) => { model.input.value.data.set(pixels, i * pixels.length) })
  fillTarget(model.target.value, { labels: Uint16Array.from(images, ({ label }) => label) }, images.map((_, i) => i), 0, images.length)
  return { model, ops: createReferenceOps(precision) }
}
