import { defaultConfig, expand, optimizerSpec, type RunConfig } from '@core'

/** A network and its training settings, as sent to every child. */
export interface Network {
  readonly layers: readonly number[]
  readonly batchSize: number
  readonly optimizer: 'sgd' | 'adam'
  readonly learningRate: number
}

/** The run of a case. */
export const configOf = ({ layers, batchSize, optimizer, learningRate }: Network): RunConfig =>
  ({ ...defaultConfig, network: { layers: expand({ layers, activation: 'relu' }).layers, loss: 'softmaxWithLoss' }, batchSize, optimizer: optimizerSpec(optimizer, learningRate) })

export type Work = 'train' | 'predict' | 'evaluate' | 'loop'

export interface Case {
  readonly name: string
  readonly title: string
  readonly work: Work
  readonly network: Network
  /** What counts as one step */
  readonly step: string
}

const book: Network = { layers: [784, 50, 10], batchSize: 100, optimizer: 'sgd', learningRate: 0.1 }
const deep: Network = { layers: [784, 100, 100, 100, 100, 10], batchSize: 100, optimizer: 'sgd', learningRate: 0.1 }
const wide: Network = { layers: [784, 512, 512, 10], batchSize: 128, optimizer: 'adam', learningRate: 0.001 }

export const cases: readonly Case[] = [
  { name: 'A', title: '784-50-10, batch 100, SGD', work: 'train', network: book, step: 'mini-batch' },
  { name: 'B', title: '784-100-100-100-100-10, batch 100, SGD', work: 'train', network: deep, step: 'mini-batch' },
  { name: 'C', title: '784-512-512-10, batch 128, Adam', work: 'train', network: wide, step: 'mini-batch' },
  { name: 'D', title: 'prediction of one image, 784-50-10', work: 'predict', network: book, step: 'image' },
  { name: 'E', title: 'evaluation of 10,000 images, 784-50-10', work: 'evaluate', network: book, step: 'test set' },
  { name: 'F', title: 'the book’s whole loop: 10,000 iterations, accuracy once an epoch', work: 'loop', network: book, step: 'mini-batch' },
]

export const loopIterations = 10_000

/** A matrix product in one of the three forms that a layer needs: C (M,N) = A·B, summed over K. */
export interface Product {
  readonly form: 'NN' | 'TN' | 'NT'
  readonly M: number
  readonly K: number
  readonly N: number
}

const sizes: readonly (readonly [M: number, K: number, N: number])[] = [[100, 784, 56], [128, 512, 512], [37, 130, 10], [61, 127, 93]]
/** Products of the gradients for the first and third size, with the shapes that occur in a layer. */
const gradients: readonly Product[] = [{ form: 'TN', M: 784, K: 100, N: 56 }, { form: 'NT', M: 100, K: 56, N: 784 }]
export const products: readonly Product[] = [
  ...sizes.flatMap(([M, K, N]) => (['NN', 'TN', 'NT'] as const).map(form => ({ form, M, K, N }))),
  ...gradients,
]

export const nameOf = ({ form, M, K, N }: Product): string => `${form} ${M}×${K}×${N}`
