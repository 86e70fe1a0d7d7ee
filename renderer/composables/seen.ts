import { preprocessDigit } from '@core'
import { grey } from '../charts/grey'
import { inkStrokes, type Sketch } from './strokes'

/** Pixels to a side where the ink is measured: fine enough for 20×20, cheap enough for every move. */
const inkSide = 140

let context: CanvasRenderingContext2D | null | undefined

/**
 * What a network sees of a drawing.
 * @returns 28×28, 0 to 1, made as MNIST's were; a test image alone as it is; null while the paper is blank
 */
export function seenOf({ base, strokes }: Sketch): Float32Array | null {
  if (strokes.length === 0) return base?.image ?? null
  context ??= newSheet()
  if (!context) return null
  context.fillStyle = '#000'
  context.fillRect(0, 0, inkSide, inkSide)
  if (base) context.drawImage(grey(base.image, 28), 0, 0, inkSide, inkSide)
  inkStrokes(context, strokes, inkSide, '#fff')
  const { data } = context.getImageData(0, 0, inkSide, inkSide)
  const ink = Float32Array.from({ length: inkSide * inkSide }, (_, i) => data[4 * i]! / 255)
  return preprocessDigit(ink, inkSide, inkSide)
}

function newSheet(): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = inkSide
  const sheet = canvas.getContext('2d', { willReadFrequently: true })
  if (sheet) sheet.imageSmoothingEnabled = false // a test image keeps its pixels
  return sheet
}
