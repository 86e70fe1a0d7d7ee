const [row, left, right, top, width] = [28, 34, 74, 12, 420] as const

/**
 * The ten probabilities as a picture for copying and saving, in the theme's colours.
 * @param bars digit, share from 0 to 1, the share's text, and whether it is the likeliest
 */
export function barsPicture(bars: readonly { readonly digit: number, readonly share: number, readonly text: string, readonly best: boolean }[]): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas')
  const scale = 2 // sharp in print and on high-density screens
  canvas.width = width * scale
  canvas.height = (bars.length * row + 2 * top) * scale
  const context = canvas.getContext('2d')
  if (!context) return null
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  context.scale(scale, scale)
  context.textBaseline = 'middle'
  bars.forEach(({ digit, share, text, best }, i) => {
    const y = top + i * row
    const track = width - left - right
    context.fillStyle = colour('--surface-sunken')
    context.fillRect(left, y + 6, track, row - 12)
    context.fillStyle = colour(best ? '--forward' : '--forward-line')
    context.globalAlpha = best ? 1 : 0.5
    context.fillRect(left, y + 6, track * share, row - 12)
    context.globalAlpha = 1
    context.fillStyle = colour(best ? '--text' : '--text-muted')
    context.font = `${best ? 'bold ' : ''}14px ${getComputedStyle(document.body).fontFamily}`
    context.textAlign = 'right'
    context.fillText(`${best ? '▸ ' : ''}${digit}`, left - 8, y + row / 2)
    context.fillText(text, width - 10, y + row / 2)
  })
  return canvas
}
