/**
 * The outline of a histogram as an SVG path. The height of a bar is the square root of its count, because a layer's
 * many zeros would flatten all other bars.
 * @returns '' when there is nothing to draw
 */
export function histogramPath(counts: ArrayLike<number>, width: number, height: number): string {
  let top = 0
  for (let i = 0; i < counts.length; i++) top = Math.max(top, counts[i]!)
  if (top === 0) return ''
  const bar = width / counts.length
  let path = `M0 ${height}`
  for (let i = 0; i < counts.length; i++)
    path += `V${digits(height - height * Math.sqrt(counts[i]! / top))}H${digits((i + 1) * bar)}`
  return `${path}V${height}Z`
}

const digits = (value: number) => Math.round(value * 100) / 100
