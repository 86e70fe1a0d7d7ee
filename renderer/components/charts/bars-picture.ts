const [row, digitWidth, nameWidth, right, top, width] = [28, 34, 160, 74, 12, 420] as const

/** A bar for copying and saving; `start` and `length` are fractions of the track. */
export interface PictureBar {
  readonly name: string
  readonly start: number
  readonly length: number
  readonly text: string
  /** The largest */
  readonly best: boolean
}

/**
 * The outputs of a network as a picture for copying and saving, in the theme's colours.
 * @param zero where zero is on the track, as a fraction
 */
export function barsPicture(bars: readonly PictureBar[], zero = 0): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas')
  const scale = 2 // sharp in print and on high-density screens
  canvas.width = width * scale
  canvas.height = (bars.length * row + 2 * top) * scale
  const context = canvas.getContext('2d')
  if (!context) return null
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const left = bars.some(({ name }) => name.length > 2) ? nameWidth : digitWidth
  const track = width - left - right
  context.scale(scale, scale)
  context.textBaseline = 'middle'
  bars.forEach(({ name, start, length, text, best }, i) => {
    const y = top + i * row
    context.fillStyle = colour('--surface-sunken')
    context.fillRect(left, y + 6, track, row - 12)
    context.fillStyle = zero > 0 ? colour('--text-muted') : colour(best ? '--forward' : '--forward-line')
    context.globalAlpha = best ? 1 : 0.5
    context.fillRect(left + track * start, y + 6, track * length, row - 12)
    context.globalAlpha = 1
    context.fillStyle = colour(best ? '--text' : '--text-muted')
    if (zero > 0) context.fillRect(left + track * zero, y + 4, 1, row - 8)
    context.font = `${best ? 'bold ' : ''}14px ${getComputedStyle(document.body).fontFamily}`
    context.textAlign = 'right'
    context.fillText(`${best ? '▸ ' : ''}${name}`, left - 8, y + row / 2, left - 12)
    context.fillText(text, width - 10, y + row / 2)
  })
  return canvas
}
