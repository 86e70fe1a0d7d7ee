/** Images with their labels, one byte a pixel, as MNIST keeps them. */
export interface Split {
  readonly count: number
  /** count × rows × columns, 0 (paper) to 255 (ink) */
  readonly images: Uint8Array
  /** count classes, from 0 */
  readonly labels: Uint8Array
}

export interface Dataset {
  /** 'mnist' */
  readonly id: string
  readonly classes: number
  /** Height and width of an image, in pixels */
  readonly rows: number
  readonly columns: number
  readonly train: Split
  readonly test: Split
}
