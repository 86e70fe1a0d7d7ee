import type { ImageBase, Stroke } from '@core'
import type { PaperPicture } from '../../lib/picture-file'

export type { Point, Stroke } from '@core'
export type { PaperPicture } from '../../lib/picture-file'

/** A dataset's image on the paper. */
export interface PaperImage extends ImageBase {
  /** Of the dataset, or one of the person's own digits */
  readonly split: 'train' | 'test' | 'own'
  readonly index: number
  /** Index of its class */
  readonly label: number
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
