import { type Drawn, prepare, type Preparation, type StepsOff } from '@core'
import { type Sketch, thickness } from './strokes'

/** What lies on the paper, with the thickness of its lines. */
export const drawnOf = (sketch: Sketch): Drawn => ({ ...sketch, pen: thickness })

/**
 * A drawing as an image of a dataset.
 * @param off steps of the preparation that are left out
 * @returns rows × columns, 0 to 1; an image of the dataset alone unchanged; null while the paper is blank
 */
export const seenOf = (sketch: Sketch, dataset: Preparation, off?: StepsOff): Float32Array | null => prepare(drawnOf(sketch), dataset, off)
