import type { RunConfig } from '../../config'
import type { DatasetInfo } from '../../data/dataset'
import { type ErrorCode, LabError } from '../../errors'
import { printLayers } from '../../network/text'

/** What a training is exported from: its settings, and the dataset that they are for. */
export interface CodeSource {
  readonly config: RunConfig
  readonly dataset: Pick<DatasetInfo, 'name' | 'shape' | 'classes' | 'normalization'>
}

/** 'affine 50, relu, affine 10, softmaxWithLoss' */
export const titleOf = ({ config: { network } }: CodeSource): string => `${printLayers(network.layers)}, ${network.loss}`

/** @param kind of the layer or the optimizer that has no code in this language */
export const noCode = (kind: string, language: string): LabError => new LabError('export.noCode' satisfies ErrorCode, `${kind} has no code in ${language}`, { kind, language })
