/** A drawing surface: ink from 0 to 1, row by row. */
export class Sheet {
  readonly ink: Float32Array

  constructor(readonly width: number, readonly height: number) {
    this.ink = new Float32Array(width * height)
  }

  /** A line with rounded ends and anti-aliased edges. @param thickness in pixels */
  line(x0: number, y0: number, x1: number, y1: number, thickness: number): this {
    const [dx, dy, reach] = [x1 - x0, y1 - y0, thickness / 2 + 1]
    const clip = (from: number, to: number, end: number) => [Math.max(0, Math.floor(Math.min(from, to) - reach)), Math.min(end - 1, Math.ceil(Math.max(from, to) + reach))] as const
    const [[left, right], [top, bottom]] = [clip(x0, x1, this.width), clip(y0, y1, this.height)]
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy) / (dx * dx + dy * dy || 1)))
      const distance = Math.hypot(x + 0.5 - x0 - along * dx, y + 0.5 - y0 - along * dy)
      const i = y * this.width + x
      this.ink[i] = Math.max(this.ink[i]!, Math.min(1, Math.max(0, thickness / 2 + 0.5 - distance)))
    }
    return this
  }

  /** Converts to an RGBA picture with the given greys for ink and paper. */
  rgba(ink = 0, paper = 255, alpha = 255): Uint8ClampedArray {
    const bytes = new Uint8ClampedArray(4 * this.ink.length)
    this.ink.forEach((value, i) => { bytes.set([0, 1, 2].map(() => paper + (ink - paper) * value).concat(alpha), 4 * i) })
    return bytes
  }

  /** Converts to an RGBA picture with transparent paper. */
  onGlass(ink: number): Uint8ClampedArray {
    const bytes = new Uint8ClampedArray(4 * this.ink.length)
    this.ink.forEach((value, i) => { bytes.set([ink, ink, ink, 255 * value], 4 * i) })
    return bytes
  }
}

/** A 4 made of three lines, with the top left corner of its box at x, y and height `size`. */
export function drawFour(sheet: Sheet, x: number, y: number, size: number, thickness = size * 0.12): Sheet {
  const at = (u: number, v: number) => [x + u * size, y + v * size] as const
  return sheet.line(...at(0.35, 0), ...at(0.05, 0.6), thickness).line(...at(0.05, 0.6), ...at(0.75, 0.6), thickness).line(...at(0.55, 0.3), ...at(0.55, 1), thickness)
}

/** Ink, centre of mass (in pixels, where a pixel's centre is its index) and bounding box of a 28×28 image. */
export function measure(image: ArrayLike<number>, side = 28) {
  let [ink, x, y, left, right, top, bottom] = [0, 0, 0, side, -1, side, -1]
  for (let i = 0; i < side * side; i++) {
    const [value, column, row] = [image[i]!, i % side, Math.floor(i / side)]
    ink += value
    x += value * column
    y += value * row
    if (value > 0) {
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  }
  return { ink, x: x / ink, y: y / ink, width: right - left + 1, height: bottom - top + 1 }
}

/** Ink that two images do not share, relative to the ink of the first. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [apart, ink] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    apart += Math.abs(a[i]! - b[i]!)
    ink += a[i]!
  }
  return apart / ink
}
