import type { DatasetInfo, Stroke } from '@core'
import type { PaperPicture } from '../../lib/picture-file'

export { fitted, type Point, type Stroke } from '@core'
export type { PaperPicture } from '../../lib/picture-file'

/** A dataset's image on the paper. */
export interface PaperImage {
  readonly kind?: never
  /** Id */
  readonly dataset: string
  /** Of the dataset, or one of the person's own digits */
  readonly split: 'train' | 'test' | 'own'
  readonly shape: DatasetInfo['shape']
  readonly index: number
  /** Index of its class */
  readonly label: number
  /** rows × columns, 0 to 1 */
  readonly image: Float32Array
  /** Part of it was erased: it is no longer the dataset's. */
  readonly isErased?: true
}

/** A drawing: strokes, possibly on top of a dataset's image or of a picture. */
export interface Sketch {
  readonly base: PaperImage | PaperPicture | null
  readonly strokes: readonly Stroke[]
}

export const blank: Sketch = { base: null, strokes: [] }
export const isBlank = ({ base, strokes }: Sketch): boolean => !base && strokes.length === 0
/** @returns the dataset's image on the paper */
export const imageOn = ({ base }: Sketch): PaperImage | null => base?.kind === 'picture' ? null : base
/** @returns the picture on the paper */
export const pictureOn = ({ base }: Sketch): PaperPicture | null => base?.kind === 'picture' ? base : null

/**
 * Stroke width as a fraction of the paper's shorter side: MNIST's 2.4 of 28 pixels. Strokes without a test image are scaled to
 * a digit's size before the network sees them.
 */
export const thickness = 0.085
