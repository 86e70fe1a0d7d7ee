import type { Architecture } from '../config'
import { type DatasetMark, inputSize } from '../data/dataset'

/** Shape of the network's input for a dataset's images. */
export const inputOf = (dataset: Pick<DatasetMark, 'shape'>): Architecture['input'] => [inputSize(dataset)]
