import type { DatasetInfo } from './dataset'
import { allSteps, fitDigit, type FittedDigit, type StepsOff } from './digit'
import { digitSide } from './mnist'
import { type Drawn, inkBelow, resizedBelow, paperOf, scaledTo, type Sheet } from './paper'
import { fitStrokes } from './strokes'

/** The part of a dataset's description that says how a drawing becomes one of its images. */
export type Preparation = Pick<DatasetInfo, 'id' | 'shape' | 'preprocessing'>

/**
 * A drawing as an image of a dataset. A digit that is drawn by hand is scaled to the size of a digit as lines, before it is
 * rasterized; in a picture ink and paper are told apart first. On other images than digits everything stays where it is.
 *
 * What is left without a step: 'ink', the picture as it is, with dark as ink; 'crop', the whole paper; 'scale', stretched over the whole
 * image, without margin or aspect ratio; 'thickness', lines as thick as on the paper; 'centre', in the middle instead of by its centre of mass.
 * @param off the steps to leave out
 * @returns rows × columns, 0 to 1; an image of the dataset alone unchanged; null without ink
 */
export function prepare(drawn: Drawn, dataset: Preparation, off: StepsOff = allSteps): Float32Array | null {
  const { base, strokes } = drawn
  if (!base && strokes.length === 0) return null
  const prepared = preparedImage(drawn, dataset)
  if (prepared) return prepared
  return dataset.preprocessing === 'digit' ? fitDrawn(drawn, off)?.image ?? null : resizeDrawn(drawn, dataset)
}

/** An image of the dataset with nothing drawn on it. */
export const preparedImage = ({ base, strokes }: Drawn, { id }: Preparation): Float32Array | null => strokes.length === 0 && base && base.kind !== 'picture' && !base.isErased && base.dataset === id ? base.image : null

/** The drawing as a digit, with its intermediate results. */
export function fitDrawn(drawn: Drawn, off: StepsOff): FittedDigit | null {
  if (!drawn.base && !off.has('thickness')) return fitStrokes(drawn.strokes, off)
  const { ink, width, height } = sheetOf(drawn, off)
  return fitDigit(ink, width, height, off)
}

/** The ink that a digit is cropped from: a picture alone in its own pixels, anything else on the paper. */
export function sheetOf(drawn: Drawn, off: StepsOff): Sheet {
  const { base, strokes } = drawn
  if (base?.kind !== 'picture') return paperOf(drawn, square)
  const ink = inkBelow(base, off)
  return strokes.length === 0 && !off.has('crop') ? { ink, width: base.width, height: base.height } : paperOf(drawn, square, ink)
}
const square = [1, digitSide, digitSide] as const

function resizeDrawn(drawn: Drawn, dataset: Preparation): Float32Array {
  const { base, strokes, pen } = drawn
  const { shape } = dataset
  const [, rows, columns] = shape
  if (base?.kind !== 'picture') return scaledTo(paperOf(drawn, shape), columns, rows)
  const image = resizedBelow(base, dataset)
  if (strokes.length === 0) return image
  const lines = scaledTo(paperOf({ base: null, strokes, pen }, shape), columns, rows)
  return lines.map((value, i) => Math.min(1, Math.max(value, image[i]!)))
}
