import { type DatasetEnds, type Init, type LayerSpec, type LossName, optimizerSpec, type OptimizerSpec, parseLayers } from '@core'

/** A recipe to begin with. Its last layer is added: it has the dataset's number of classes. */
export interface Preset {
  readonly id: 'book' | 'faint' | 'five' | 'wide' | 'normalized' | 'deep' | 'regression'
  /** The layers before the last one, as text */
  readonly hidden: string
  readonly loss: LossName
  readonly init: Init
  readonly optimizer: OptimizerSpec
}

const fiveOf = (activation: string): string => Array.from({ length: 5 }, () => `affine 100, ${activation}`).join(', ')

export const presets: readonly Preset[] = [
  { id: 'book', hidden: 'affine 50, relu', loss: 'softmaxWithLoss', init: 'he', optimizer: optimizerSpec('sgd') },
  { id: 'faint', hidden: fiveOf('sigmoid'), loss: 'softmaxWithLoss', init: 'small', optimizer: optimizerSpec('sgd') },
  { id: 'five', hidden: fiveOf('relu'), loss: 'softmaxWithLoss', init: 'he', optimizer: optimizerSpec('sgd') },
  { id: 'wide', hidden: 'affine 512, relu, affine 512, relu', loss: 'softmaxWithLoss', init: 'he', optimizer: optimizerSpec('adam') },
  { id: 'normalized', hidden: 'affine 100, batchNormalization, relu, dropout 0.2', loss: 'softmaxWithLoss', init: 'he', optimizer: optimizerSpec('adam') },
  { id: 'deep', hidden: 'affine 100, tanh, affine 100, tanh, affine 100, tanh', loss: 'softmaxWithLoss', init: 'xavier', optimizer: optimizerSpec('momentum') },
  { id: 'regression', hidden: 'affine 50, relu', loss: 'identityWithLoss', init: 'he', optimizer: optimizerSpec('adam') },
]

export const layersOf = ({ hidden }: Preset, { classes }: Pick<DatasetEnds, 'classes'>): readonly LayerSpec[] => [...parseLayers(hidden), { kind: 'affine', units: classes.length }]
