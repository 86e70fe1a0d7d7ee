import { faintestInk, type FittedDigit, middle, type PreparationStep, type StepsOff } from './digit'
import { digitSide } from './mnist'
import { darknessOf, type Drawn, inkBelow, paperOf, scaledTo, type Sheet } from './paper'
import { fitDrawn, type Preparation, prepare, preparedImage } from './preparation'
import { type Box, boundsOf } from './regions'
import { mnistThickness } from './strokes'

/** What a drawing looks like after one step of its preparation: rows × columns, 0 (paper) to 1 (ink), and what the step has done. */
export type PreparationStage = StagePicture & StageFacts
export interface StagePicture { readonly image: Float32Array, readonly columns: number, readonly rows: number, /** Whether the step was left out */ readonly isOff: boolean }
export type StageFacts
  = | { readonly step: 'raw' }
  /** `isLight`: light ink on dark paper; `share` of the picture that is ink */
    | { readonly step: 'ink', readonly isLight: boolean, readonly share: number }
  /** What is left of the paper, in fractions of its width and height */
    | { readonly step: 'crop', readonly width: number, readonly height: number }
  /** How many times as large as on a paper of 28×28, across and down */
    | { readonly step: 'scale', readonly across: number, readonly down: number }
  /** Thickness of the lines before and after, in pixels of 28×28 */
    | { readonly step: 'thickness', readonly from: number, readonly to: number }
  /** From the middle, in pixels */
    | { readonly step: 'centre', readonly right: number, readonly down: number }
  /** Of an image that is no digit: all of the paper is scaled to the image's size */
    | { readonly step: 'resize' }
  /** The network's input */
    | { readonly step: 'numbers', readonly inked: number }

/** Large pictures are shown with so many pixels on the longer side. */
const shownSide = 160

/**
 * All stages of `prepare`, from the paper to the numbers; the last one's image is its result.
 * @returns empty without ink
 */
export function stagesOf(drawn: Drawn, dataset: Preparation, off: StepsOff): readonly PreparationStage[] {
  const image = prepare(drawn, dataset, off)
  if (!image) return []
  const [, rows, columns] = dataset.shape
  const plain = { columns, rows, isOff: false }
  const numbers: PreparationStage = { step: 'numbers', ...plain, image, inked: image.reduce((count, value) => count + Number(value > 0), 0) }
  if (preparedImage(drawn, dataset)) return [{ step: 'raw', ...plain, image }, numbers]
  if (dataset.preprocessing !== 'digit') return [{ step: 'raw', ...shown(rawOf(drawn, dataset.shape)), isOff: false }, { step: 'resize', ...plain, image }, numbers]
  return [...digitStages(drawn, dataset, off), numbers]
}

function digitStages(drawn: Drawn, dataset: Preparation, off: StepsOff): readonly PreparationStage[] {
  const { base } = drawn
  const isOff = (step: PreparationStep): boolean => off.has(step)
  const whole = paperOf(drawn, dataset.shape, base?.kind === 'picture' ? inkBelow(base, off) : undefined)
  const stages: PreparationStage[] = [{ step: 'raw', ...shown(rawOf(drawn, dataset.shape)), isOff: false }]
  if (base?.kind === 'picture') stages.push({ step: 'ink', ...shown(whole), isOff: isOff('ink'), ...inkFacts(drawn) })
  const box = isOff('crop') ? wholeOf(whole) : boundsOf(whole.ink, whole.width, whole.height, faintestInk) ?? wholeOf(whole)
  stages.push({ step: 'crop', ...shown(cropped(whole, box)), isOff: isOff('crop'), width: box.width / whole.width, height: box.height / whole.height })
  const lines = !base && !isOff('thickness') ? fitDrawn(drawn, new Set([...off, 'thickness'])) : null
  const fit = fitDrawn(drawn, off)
  if (!fit) return stages
  const scaled = lines ?? fit
  const [across, down] = [scaled.columns / (digitSide * box.width / whole.width), scaled.rows / (digitSide * box.height / whole.height)]
  stages.push({ step: 'scale', ...pictureOf(scaled), isOff: isOff('scale'), across, down })
  if (!base) {
    const from = drawn.pen * digitSide * Math.sqrt(across * down)
    stages.push({ step: 'thickness', ...pictureOf(fit), isOff: isOff('thickness'), from, to: isOff('thickness') ? from : mnistThickness })
  }
  stages.push({ step: 'centre', image: fit.image, columns: digitSide, rows: digitSide, isOff: isOff('centre'), right: fit.left - middle(fit.columns), down: fit.top - middle(fit.rows) })
  return stages
}

const pictureOf = ({ small, columns, rows }: FittedDigit): Omit<StagePicture, 'isOff'> => ({ image: small, columns, rows })
const wholeOf = ({ width, height }: Sheet): Box => ({ left: 0, top: 0, width, height })

/** The paper as a person sees it: a picture with its shadows and frames. */
const rawOf = (drawn: Drawn, shape: Preparation['shape']): Sheet => paperOf(drawn, shape, drawn.base?.kind === 'picture' ? darknessOf(drawn.base) : undefined)

function inkFacts({ base }: Drawn): { readonly isLight: boolean, readonly share: number } {
  if (base?.kind !== 'picture') return { isLight: false, share: 0 }
  const [ink, dark] = [inkBelow(base, new Set()), darknessOf(base)]
  let [inked, inkDark, paperDark] = [0, 0, 0]
  ink.forEach((value, i) => {
    if (value > 0) {
      inked++
      inkDark += dark[i]!
    }
    else paperDark += dark[i]!
  })
  return { isLight: inked > 0 && inkDark / inked < paperDark / (ink.length - inked || 1), share: inked / ink.length }
}

function cropped({ ink, width }: Sheet, { left, top, width: w, height: h }: Box): Sheet {
  const part = new Float32Array(w * h)
  for (let y = 0; y < h; y++) part.set(ink.subarray((top + y) * width + left, (top + y) * width + left + w), y * w)
  return { ink: part, width: w, height: h }
}

function shown(sheet: Sheet): Omit<StagePicture, 'isOff'> {
  const scale = Math.min(1, shownSide / Math.max(sheet.width, sheet.height))
  const [columns, rows] = [sheet.width, sheet.height].map(side => Math.max(1, Math.round(side * scale))) as [number, number]
  return { image: scale === 1 ? sheet.ink : scaledTo(sheet, columns, rows), columns, rows }
}
