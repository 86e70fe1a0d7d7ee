import { css } from '../../lib/paper'
import type { Theme } from '../../lib/theme'
import type { ConfusionCell } from './confusion'
import { inkOn } from '../../lib/contrast'
import { mistakeColour } from './mistake-scale'

/** What the picture of a confusion matrix says. */
export interface ConfusionPicture {
  readonly title: string
  /** Names of the axes: 'actual', 'read as' */
  readonly axes: readonly [actual: string, predicted: string]
  readonly rows: readonly (readonly ConfusionCell[])[]
  /** Name of each class, by its index */
  readonly names: readonly string[]
  /** Accuracy of each row as a share and as text */
  readonly accuracy: readonly { readonly share: number, readonly text: string }[]
  /** The strongest colour, and from which share of a class on a mistake has it */
  readonly scale: { readonly share: string, readonly colour: string }
  readonly theme: Theme
}

const [cell, bars, top, margin, scale] = [34, 150, 70, 16, 2] as const

/** Draws the matrix with the accuracy of each class for copying and saving. */
export function confusionPicture({ title, axes, rows, names, accuracy, scale: strongest, theme }: ConfusionPicture): HTMLCanvasElement | null {
  const label = Math.min(160, 24 + 8 * Math.max(...names.map(name => name.length)))
  const width = 2 * margin + label + rows.length * cell + bars
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = (top + rows.length * cell + margin) * scale
  const context = canvas.getContext('2d')
  if (!context) return null
  const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const font = (size: number, weight = '') => { context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}` }
  const write = (text: string, x: number, y: number, align: CanvasTextAlign, colour: string, most?: number) => {
    context.textAlign = align
    context.fillStyle = colour
    context.fillText(text, x, y, most)
  }
  context.scale(scale, scale)
  context.textBaseline = 'middle'
  font(14, 'bold')
  write(title, margin, 18, 'left', token('--text'), width - 2 * margin)
  font(12)
  const left = margin + label
  write(`↓ ${axes[0]}`, margin, top - 14, 'left', token('--text-muted'), label - 6)
  write(`${axes[1]} →`, left, 38, 'left', token('--text-muted'))
  write(strongest.share, width - margin, 38, 'right', token('--text-muted'))
  context.fillStyle = strongest.colour
  context.fillRect(width - margin - context.measureText(strongest.share).width - 16, 33, 10, 10)
  rows.forEach((row, r) => {
    const y = top + r * cell
    const name = names[row[r]!.actual]!
    write(name, left + (r + 0.5) * cell, top - 14, 'center', token('--text'), cell - 2)
    write(name, left - 8, y + cell / 2, 'right', token('--text'), label - 10)
    row.forEach(({ count, right, strength }, c) => {
      const x = left + c * cell
      const colour = mistakeColour(strength, theme)
      context.fillStyle = right ? token('--surface-sunken') : css(colour)
      context.fillRect(x + 0.5, y + 0.5, cell - 1, cell - 1)
      if (count > 0) write(String(count), x + cell / 2, y + cell / 2, 'center', right ? token('--text-muted') : css(inkOn(colour)), cell - 3)
    })
    const track = bars - 66
    context.fillStyle = token('--surface-sunken')
    context.fillRect(left + rows.length * cell + 10, y + 11, track, cell - 22)
    context.fillStyle = token('--forward-line')
    context.fillRect(left + rows.length * cell + 10, y + 11, track * accuracy[r]!.share, cell - 22)
    write(accuracy[r]!.text, width - margin, y + cell / 2, 'right', token('--text'))
  })
  return canvas
}
