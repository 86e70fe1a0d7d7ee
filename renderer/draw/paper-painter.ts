import { fitted, inkOfPicture, type Point, type Size, widthOf } from '@core'
import { canvasOf, grey, type Rgb } from '../lib/grey'
import { css } from '../lib/paper'
import { finalCurves, inkPart } from '../stores/sketch/ink'
import { type PaperPicture, type Sketch, type Stroke, thickness } from '../stores/sketch/strokes'

/** How the paper looks. */
export interface Look {
  /** In device pixels */
  readonly size: Size
  readonly colours: readonly [paper: Rgb, ink: Rgb]
  /** Over what is taken for ink in a picture */
  readonly tint: Rgb
}

/**
 * Paints a sketch. Of a growing stroke only the new part is painted, so that ink costs the same however much there is; everything is
 * painted again only when something else has changed.
 */
export class PaperPainter {
  /** Everything but the last stroke's last curve, which changes with the next point */
  private readonly dry = document.createElement('canvas')
  private look: Look | null = null
  private base: Sketch['base'] = null
  private strokes: readonly Stroke[] = []
  /** Curves of the last stroke on the dry sheet */
  private curves = 0
  /** Where the last curve is, which is not on the dry sheet */
  private wet: Box | null = null
  private readonly pictures = new WeakMap<Uint8ClampedArray, HTMLCanvasElement>()

  paint(canvas: HTMLCanvasElement, sketch: Sketch, look: Look): void {
    const [shown, dry] = [canvas.getContext('2d'), this.dry.getContext('2d')]
    if (!shown || !dry) return
    const isSame = this.look?.size.width === look.size.width && this.look.size.height === look.size.height && this.look.colours === look.colours
      && canvas.width === look.size.width && canvas.height === look.size.height
    const isMore = isSame && this.base === sketch.base && this.strokes.length <= sketch.strokes.length && this.strokes.every((stroke, i) => stroke === sketch.strokes[i])
    if (!isMore) {
      for (const sheet of [canvas, this.dry]) if (sheet.width !== look.size.width || sheet.height !== look.size.height) Object.assign(sheet, look.size)
      this.paintBase(dry, sketch, look)
      this.strokes = []
      this.curves = 0
    }
    const changed = this.paintNew(dry, sketch.strokes, look)
    const before = this.wet
    this.look = look
    this.base = sketch.base
    this.strokes = sketch.strokes
    const last = sketch.strokes.at(-1)
    this.wet = last ? boxOf(last.slice(-3), look.size) : null
    if (!isMore) shown.drawImage(this.dry, 0, 0)
    else copy(this.dry, shown, union([before, changed, this.wet], look.size))
    if (last) inkPart(shown, last, inkOf(look), { from: finalCurves(last) })
  }

  /** Puts what is new on the dry sheet. @returns where it is */
  private paintNew(dry: CanvasRenderingContext2D, strokes: readonly Stroke[], look: Look): Box | null {
    let changed: Box | null = null
    for (let i = Math.max(0, this.strokes.length - 1); i < strokes.length; i++) {
      const stroke = strokes[i]!
      const from = i < this.strokes.length ? this.curves : 0
      const isLast = i === strokes.length - 1
      inkPart(dry, stroke, inkOf(look), isLast ? { from, to: finalCurves(stroke) } : { from })
      this.curves = finalCurves(stroke)
      changed = union([changed, boxOf(stroke.slice(Math.max(0, from - 1)), look.size)], look.size)
    }
    return changed
  }

  private paintBase(dry: CanvasRenderingContext2D, { base }: Sketch, { size, colours, tint }: Look): void {
    dry.fillStyle = css(colours[0])
    dry.fillRect(0, 0, size.width, size.height)
    dry.imageSmoothingEnabled = base?.kind === 'picture'
    if (base?.kind === 'picture') {
      const { left, top, width, height } = fitted(base, size)
      dry.drawImage(this.canvasOf(base), left, top, width, height)
      dry.drawImage(canvasOf({ ...base, rgba: tinted(base, colours[0], tint) }), left, top, width, height)
    }
    else if (base) dry.drawImage(grey(base.image, base.shape, undefined, colours), 0, 0, size.width, size.height)
  }

  /** The canvas of a picture, which stays while its sensitivity changes. */
  private canvasOf(picture: PaperPicture): HTMLCanvasElement {
    const known = this.pictures.get(picture.rgba)
    const canvas = known ?? canvasOf(picture)
    if (!known) this.pictures.set(picture.rgba, canvas)
    return canvas
  }
}

const inkOf = ({ size, colours }: Look) => ({ size, colour: css(colours[1]) })

/** What lies over a picture: a tint where ink was found, paper where it was erased. */
function tinted(picture: PaperPicture, paper: Rgb, tint: Rgb): Uint8ClampedArray {
  const ink = inkOfPicture(picture)
  const rgba = new Uint8ClampedArray(4 * ink.length)
  for (let i = 0; i < ink.length; i++) {
    const isErased = picture.erased?.[i] === 1
    if (!isErased && ink[i] === 0) continue
    rgba.set(isErased ? paper : tint, 4 * i)
    rgba[4 * i + 3] = isErased ? 255 : 90 + 150 * ink[i]!
  }
  return rgba
}

/** In pixels of the sheet */
interface Box { readonly left: number, readonly top: number, readonly right: number, readonly bottom: number }

/** Where the ink of points is, with its soft edge */
function boxOf(points: readonly Point[], { width, height }: Size): Box {
  let [left, top, right, bottom, widest] = [Infinity, Infinity, -Infinity, -Infinity, 0]
  for (const point of points) {
    left = Math.min(left, point.x * width)
    right = Math.max(right, point.x * width)
    top = Math.min(top, point.y * height)
    bottom = Math.max(bottom, point.y * height)
    widest = Math.max(widest, widthOf(point))
  }
  const around = thickness * Math.min(width, height) * widest / 2 + 2
  return { left: left - around, top: top - around, right: right + around, bottom: bottom + around }
}

function union(boxes: readonly (Box | null)[], { width, height }: Size): Box | null {
  const some = boxes.filter(box => box !== null)
  if (some.length === 0) return null
  return {
    left: Math.max(0, Math.floor(Math.min(...some.map(({ left }) => left)))), right: Math.min(width, Math.ceil(Math.max(...some.map(({ right }) => right)))),
    top: Math.max(0, Math.floor(Math.min(...some.map(({ top }) => top)))), bottom: Math.min(height, Math.ceil(Math.max(...some.map(({ bottom }) => bottom)))),
  }
}

function copy(from: HTMLCanvasElement, to: CanvasRenderingContext2D, box: Box | null): void {
  if (!box || box.right <= box.left || box.bottom <= box.top) return
  const at = [box.left, box.top, box.right - box.left, box.bottom - box.top] as const
  to.drawImage(from, ...at, ...at)
}
