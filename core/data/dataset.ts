/** Images with their labels, one byte per pixel, as in MNIST's files. */
export interface Split {
  readonly count: number
  /** count × rows × columns, from 0 (paper) to 255 (ink) */
  readonly images: Uint8Array
  /** Class indices of the images */
  readonly labels: Uint8Array
}

export interface Dataset {
  /** Its name: 'mnist' */
  readonly id: string
  readonly classes: number
  /** Height and width of an image, in pixels */
  readonly rows: number
  readonly columns: number
  readonly train: Split
  readonly test: Split
}
