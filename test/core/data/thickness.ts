/** Subpixels per image pixel: fine enough for strokes two or three pixels wide. */
const scale = 6

/**
 * Mean thickness of an image's strokes in image pixels: twice the distance from the centre line to the paper, averaged along
 * the line. The image is enlarged by bilinear interpolation, values from half of full ink count as ink, and the centre line is
 * the skeleton of Zhang and Suen.
 * @param pixels side × side, 0 to 1
 * @source T. Y. Zhang, C. Y. Suen, "A fast parallel algorithm for thinning digital patterns", 1984
 */
export function strokeThickness(pixels: ArrayLike<number>, side = 28): number {
  const size = side * scale
  const ink = enlarge(pixels, side)
  const middle = thin(ink, size)
  let [sum, count] = [0, 0]
  for (let i = 0; i < middle.length; i++) {
    if (!middle[i]) continue
    sum += 2 * distanceToPaper(ink, size, i) / scale
    count++
  }
  return count > 0 ? sum / count : 0
}

function enlarge(pixels: ArrayLike<number>, side: number): Uint8Array {
  const at = (x: number, y: number) => x < 0 || y < 0 || x >= side || y >= side ? 0 : pixels[y * side + x]!
  return Uint8Array.from({ length: (side * scale) ** 2 }, (_, i) => {
    const [x, y] = [(i % (side * scale) + 0.5) / scale - 0.5, (Math.floor(i / (side * scale)) + 0.5) / scale - 0.5]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [a, b] = [x - left, y - top]
    return Number((at(left, top) * (1 - a) + at(left + 1, top) * a) * (1 - b) + (at(left, top + 1) * (1 - a) + at(left + 1, top + 1) * a) * b >= 0.5)
  })
}

/** Distance from the pixel's centre to the nearest edge of a paper pixel. */
function distanceToPaper(ink: Uint8Array, size: number, i: number): number {
  const [x, y] = [i % size, Math.floor(i / size)]
  for (let reach = 1, best = Infinity; ; reach++) {
    for (let v = y - reach; v <= y + reach; v++) for (let u = x - reach; u <= x + reach; u++) {
      if (u < 0 || v < 0 || u >= size || v >= size || !ink[v * size + u]) best = Math.min(best, Math.hypot(u - x, v - y) - 0.5)
    }
    if (best + 0.5 <= reach) return best
  }
}

function thin(given: Uint8Array, size: number): Uint8Array {
  const ink = given.slice()
  for (let changed = true; changed;) {
    changed = false
    for (const pass of [0, 1]) {
      const gone: number[] = []
      for (let y = 1; y < size - 1; y++) for (let x = 1; x < size - 1; x++) {
        const i = y * size + x
        if (!ink[i]) continue
        // the eight neighbours, clockwise from the top
        const p = [i - size, i - size + 1, i + 1, i + size + 1, i + size, i + size - 1, i - 1, i - size - 1].map(j => ink[j]!)
        const count = p.reduce((sum, value) => sum + value, 0)
        const turns = p.filter((value, k) => value === 0 && p[(k + 1) % 8] === 1).length
        const [first, second] = pass === 0 ? [p[0]! * p[2]! * p[4]!, p[2]! * p[4]! * p[6]!] : [p[0]! * p[2]! * p[6]!, p[0]! * p[4]! * p[6]!]
        if (count >= 2 && count <= 6 && turns === 1 && first === 0 && second === 0) gone.push(i)
      }
      for (const i of gone) ink[i] = 0
      changed ||= gone.length > 0
    }
  }
  return ink
}
