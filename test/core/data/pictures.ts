import { Random } from '@core'

/** A colour: red, green, blue and opacity from 0 to 255. */
export type Colour = readonly [number, number, number, number?]
export const grey = (value: number, alpha = 255): Colour => [value, value, value, alpha]

/** A picture to paint on, like one from a camera or a drawing program. */
export class Canvas {
  readonly rgba: Uint8ClampedArray

  constructor(readonly width: number, readonly height: number, colour: Colour = grey(255)) {
    this.rgba = new Uint8ClampedArray(4 * width * height)
    this.paint(() => true, colour)
  }

  /** @param where whether the pixel at this centre is painted, or its coverage from 0 to 1 */
  paint(where: (x: number, y: number) => boolean | number, colour: Colour | ((x: number, y: number) => Colour)): this {
    for (let y = 0; y < this.height; y++) for (let x = 0; x < this.width; x++) {
      const share = Number(where(x + 0.5, y + 0.5))
      if (share <= 0) continue
      const [r, g, b, a = 255] = typeof colour === 'function' ? colour(x, y) : colour
      const i = 4 * (y * this.width + x)
      const under = this.rgba[i + 3]!
      const over = share >= 1 ? 1 : under === 0 ? 1 : share
      for (const [k, value] of [r, g, b].entries()) this.rgba[i + k] = this.rgba[i + k]! + (value - this.rgba[i + k]!) * over
      this.rgba[i + 3] = under === 0 ? a * share : under + (a - under) * share
    }
    return this
  }

  rectangle(left: number, top: number, width: number, height: number, colour: Colour, radius = 0): this {
    return this.paint((x, y) => {
      const [dx, dy] = [Math.max(left + radius - x, x - left - width + radius, 0), Math.max(top + radius - y, y - top - height + radius, 0)]
      return radius === 0 ? x > left && x < left + width && y > top && y < top + height : dx * dx + dy * dy <= radius * radius
    }, colour)
  }

  frame(left: number, top: number, width: number, height: number, thickness: number, colour: Colour): this {
    return this.rectangle(left, top, width, thickness, colour).rectangle(left, top + height - thickness, width, thickness, colour)
      .rectangle(left, top, thickness, height, colour).rectangle(left + width - thickness, top, thickness, height, colour)
  }

  circle(x: number, y: number, radius: number, colour: Colour): this {
    return this.paint((u, v) => Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(u - x, v - y))), colour)
  }

  /** An enlarged 28×28 digit. @param size width and height in pixels */
  digit(pixels: ArrayLike<number>, left: number, top: number, size: number, colour: Colour): this {
    const at = (x: number, y: number) => x < 0 || y < 0 || x > 27 || y > 27 ? 0 : pixels[y * 28 + x]!
    return this.paint((px, py) => {
      const [x, y] = [(px - left) * 28 / size - 0.5, (py - top) * 28 / size - 0.5]
      if (x < -1 || y < -1 || x > 28 || y > 28) return 0
      const [l, t] = [Math.floor(x), Math.floor(y)]
      const [a, b] = [x - l, y - t]
      return (at(l, t) * (1 - a) + at(l + 1, t) * a) * (1 - b) + (at(l, t + 1) * (1 - a) + at(l + 1, t + 1) * a) * b
    }, colour)
  }

  noise(deviation: number, seed = 1): this {
    const random = new Random(seed)
    for (let i = 0; i < this.rgba.length; i += 4) {
      const by = deviation * random.normal()
      for (let k = 0; k < 3; k++) this.rgba[i + k] = this.rgba[i + k]! + by
    }
    return this
  }

  /** Crops to a box. */
  crop(left: number, top: number, width: number, height: number): Canvas {
    const cut = new Canvas(width, height)
    for (let y = 0; y < height; y++) cut.rgba.set(this.rgba.subarray(4 * ((top + y) * this.width + left), 4 * ((top + y) * this.width + left + width)), 4 * y * width)
    return cut
  }
}
