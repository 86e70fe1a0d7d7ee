/**
 * The edges between ink and paper as an SVG path in pixels of the image, so that it is sharp at every size.
 * @param pixels rows × columns, from 0 (paper) to 1 (ink)
 */
export function inkOutline(pixels: ArrayLike<number>, rows: number, columns: number): string {
  const isInk = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < columns && y < rows && pixels[y * columns + x]! >= 0.5
  let path = ''
  for (let y = 0; y <= rows; y++) {
    for (let x = 0; x <= columns; x++) {
      if (x < columns && isInk(x, y) !== isInk(x, y - 1)) path += `M${x} ${y}h1`
      if (y < rows && isInk(x, y) !== isInk(x - 1, y)) path += `M${x} ${y}v1`
    }
  }
  return path
}
