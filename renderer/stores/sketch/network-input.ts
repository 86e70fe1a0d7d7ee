import { prepare, type Preparation, type StepsOff } from '@core'
import { type Sketch, thickness } from './strokes'

/**
 * A drawing as an image of a dataset.
 * @param off steps of the preparation that are left out
 * @returns rows × columns, 0 to 1; an image of the dataset alone unchanged; null while the paper is blank
 */
export const seenOf = (sketch: Sketch, dataset: Preparation, off?: StepsOff): Float32Array | null => prepare({ ...sketch, pen: thickness }, dataset, off)
