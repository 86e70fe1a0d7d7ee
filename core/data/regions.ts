/** A connected component of a picture. */
export interface Region {
  /** Its number in `labels`, from 1 */
  readonly label: number
  /** The common value of its pixels, never 0 */
  readonly kind: number
  readonly area: number
  readonly left: number
  readonly top: number
  /** Last column and last row */
  readonly right: number
  readonly bottom: number
}

export interface Regions {
  readonly regions: readonly Region[]
  /** width × height: the region's label, 0 where the kind is 0 */
  readonly labels: Int32Array
}

export const widthOf = ({ left, right }: Region): number => right - left + 1
export const heightOf = ({ top, bottom }: Region): number => bottom - top + 1
export const longestOf = (region: Region): number => Math.max(widthOf(region), heightOf(region))

/**
 * Labels connected components of equal kind, with 8-connectivity.
 * @param kinds width × height; 0 is background
 */
export function regionsOf(kinds: ArrayLike<number>, width: number, height: number): Regions {
  const labels = new Int32Array(width * height)
  const stack = new Int32Array(width * height)
  const regions: Region[] = []
  for (let start = 0; start < labels.length; start++) {
    const kind = kinds[start]!
    if (kind === 0 || labels[start] !== 0) continue
    const label = regions.length + 1
    const top = Math.floor(start / width) // pixels are visited row by row, so the first pixel is in the top row
    let [area, left, right, bottom, depth] = [0, start % width, start % width, top, 0]
    labels[start] = label
    stack[depth++] = start
    while (depth > 0) {
      const i = stack[--depth]!
      const [x, y] = [i % width, Math.floor(i / width)]
      area++
      left = Math.min(left, x)
      right = Math.max(right, x)
      bottom = Math.max(bottom, y)
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const j = v * width + u
        if (labels[j] !== 0 || kinds[j] !== kind) continue
        labels[j] = label
        stack[depth++] = j
      }
    }
    regions.push({ label, kind, area, left, top, right, bottom })
  }
  return { regions, labels }
}

export interface Box { readonly left: number, readonly top: number, readonly width: number, readonly height: number }

/**
 * The smallest box around all values above a limit; null if there are none.
 * @param values width × height
 */
export function boundsOf(values: ArrayLike<number>, width: number, height: number, above = 0): Box | null {
  const [columns, rows] = [new Uint8Array(width), new Uint8Array(height)]
  for (let i = 0; i < width * height; i++) if (values[i]! > above) columns[i % width] = rows[Math.floor(i / width)] = 1
  const [left, top] = [columns.indexOf(1), rows.indexOf(1)]
  return left < 0 ? null : { left, top, width: columns.lastIndexOf(1) + 1 - left, height: rows.lastIndexOf(1) + 1 - top }
}

/** Pixels enclosed by a region, found by a flood fill with 4-connectivity from its bounding box. @returns width × height, 1 inside */
export function enclosedBy({ label, left, top, right, bottom }: Region, labels: Int32Array, width: number): { readonly mask: Uint8Array, readonly area: number } {
  const mask = new Uint8Array(labels.length)
  const stack: number[] = []
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) {
    const i = y * width + x
    if (labels[i] !== label) mask[i] = 1
  }
  const leave = (x: number, y: number): void => {
    const i = y * width + x
    if (x < left || x > right || y < top || y > bottom || mask[i] === 0) return
    mask[i] = 0
    stack.push(i)
  }
  for (let x = left; x <= right; x++) { leave(x, top); leave(x, bottom) }
  for (let y = top; y <= bottom; y++) { leave(left, y); leave(right, y) }
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)]
    leave(x - 1, y); leave(x + 1, y); leave(x, y - 1); leave(x, y + 1)
  }
  return { mask, area: mask.reduce((sum, value) => sum + value, 0) }
}
