import { aspectOf, grey, type ImageShape, type Rgb } from '../../lib/grey'

/** Sizes in CSS pixels */
const [side, gap, captionHeight, most] = [64, 10, 18, 200] as const
const sharpness = 2

/** The mean images of classes with their names, as a picture for copying and saving. */
export function meanSheet(means: readonly { readonly name: string, readonly mean: ArrayLike<number> }[], shape: ImageShape, colours: readonly [Rgb, Rgb]): HTMLCanvasElement | null {
  const shown = means.slice(0, most)
  const aspect = aspectOf(shape)
  const [width, height] = [side * Math.min(1, aspect), side / Math.max(1, aspect)]
  const across = Math.max(1, Math.min(shown.length, 10))
  const down = Math.ceil(shown.length / across)
  const canvas = Object.assign(document.createElement('canvas'), { width: sharpness * (gap + across * (width + gap)), height: sharpness * (gap + down * (height + captionHeight + gap)) })
  const context = canvas.getContext('2d')
  if (!context) return null
  const style = getComputedStyle(document.documentElement)
  context.scale(sharpness, sharpness)
  context.imageSmoothingEnabled = false
  context.fillStyle = style.getPropertyValue('--text').trim()
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  shown.forEach(({ name, mean }, n) => {
    const [x, y] = [gap + n % across * (width + gap), gap + Math.floor(n / across) * (height + captionHeight + gap)]
    context.drawImage(grey(mean, shape, undefined, colours), x, y, width, height)
    context.fillText(name, x + width / 2, y + height + captionHeight / 2, width + gap - 2)
  })
  return canvas
}
