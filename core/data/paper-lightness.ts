/** Lightness of the paper at each pixel: constant, or a plane if the light falls from one side. */
export type PaperLightness = (x: number, y: number) => number

/** A plane with a smaller range over the picture may be noise; the median is more robust. */
const leastSlope = 0.04

/**
 * Fits the lightness of the paper to the border of the mask.
 * @param light width × height, 0 to 1
 * @param mask width × height: 1 where there may be paper; only its border pixels are used
 */
export function paperLightness(light: Float32Array, mask: Uint8Array, width: number, height: number): PaperLightness {
  const rim = rimOf(mask, width, height)
  if (rim.length === 0) return () => 0
  const values = Float32Array.from(rim, i => light[i]!).sort()
  const median = values[values.length >> 1]!
  const slope = slopeOf(light, rim, width, median)
  return slope ?? (() => median)
}

function rimOf(mask: Uint8Array, width: number, height: number): number[] {
  const rim: number[] = []
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const i = y * width + x
    if (mask[i] === 0) continue
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1 || mask[i - 1] === 0 || mask[i + 1] === 0 || mask[i - width] === 0 || mask[i + width] === 0) rim.push(i)
  }
  return rim
}

/** Fits a plane to the border, excluding ink as outliers; null if it is nearly constant or fits too few pixels. */
function slopeOf(light: Float32Array, rim: readonly number[], width: number, median: number): PaperLightness | null {
  let inliers: readonly number[] = rim
  let plane: readonly [number, number, number] = [median, 0, 0]
  const at = ([a, b, c]: typeof plane, i: number): number => a + b * (i % width) + c * Math.floor(i / width)
  for (let round = 0; round < 6; round++) {
    const fitted = fitPlane(light, inliers, width)
    if (!fitted) return null
    plane = fitted
    const errors = Float32Array.from(rim, i => Math.abs(light[i]! - at(plane, i)))
    const typical = errors.slice().sort()[errors.length >> 1]!
    inliers = rim.filter((_, k) => errors[k]! <= Math.max(0.01, 2.5 * typical))
  }
  const heights = rim.map(i => at(plane, i))
  const range = heights.reduce((a, b) => Math.max(a, b), -Infinity) - heights.reduce((a, b) => Math.min(a, b), Infinity)
  const close = rim.filter(i => Math.abs(light[i]! - at(plane, i)) < 0.03).length
  if (range < leastSlope || close < 0.6 * rim.length) return null
  return (x, y) => plane[0] + plane[1] * x + plane[2] * y
}

/** Least-squares fit of light = a + b x + c y. */
function fitPlane(light: Float32Array, at: readonly number[], width: number): [number, number, number] | null {
  const n = at.length
  if (n < 3) return null
  let [mx, my, ml] = [0, 0, 0]
  for (const i of at) {
    mx += i % width / n
    my += Math.floor(i / width) / n
    ml += light[i]! / n
  }
  let [xx, xy, yy, xl, yl] = [0, 0, 0, 0, 0]
  for (const i of at) {
    const [x, y, l] = [i % width - mx, Math.floor(i / width) - my, light[i]! - ml]
    xx += x * x
    xy += x * y
    yy += y * y
    xl += x * l
    yl += y * l
  }
  const determinant = xx * yy - xy * xy
  if (!(determinant > 1e-9 * xx * yy)) return null
  const [b, c] = [(xl * yy - yl * xy) / determinant, (yl * xx - xl * xy) / determinant]
  return [ml - b * mx - c * my, b, c]
}
