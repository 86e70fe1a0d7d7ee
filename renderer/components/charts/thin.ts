/** A point as chart.js takes it with `parsing: false`. */
export interface Point { x: number, y: number }

interface Steps { readonly steps: Float64Array, readonly values: Float32Array, readonly length: number }

/** A power of two, so that buckets stay where they are while the series grows. */
function bucketSize(length: number, buckets: number): number {
  let size = 1
  while (length / size > buckets) size *= 2
  return size
}

/**
 * The series with at most 2 × `buckets` points: of each bucket its lowest and highest, in their order.
 * @param to reused from call to call, so that drawing leaves no garbage
 */
export function extremes(series: Steps, buckets: number, to: Point[] = []): Point[] {
  const size = bucketSize(series.length, buckets)
  let n = 0
  const put = (i: number) => { n = write(to, n, series.steps[i]!, series.values[i]!) }
  for (let from = 0; from < series.length; from += size) {
    const end = Math.min(from + size, series.length)
    let low = from
    let high = from
    for (let i = from + 1; i < end; i++) {
      if (series.values[i]! < series.values[low]!) low = i
      if (series.values[i]! > series.values[high]!) high = i
    }
    put(Math.min(low, high))
    if (low !== high) put(Math.max(low, high))
  }
  to.length = n
  return to
}

/** The means of at most `buckets` buckets: the trend under the noise. */
export function means(series: Steps, buckets: number, to: Point[] = []): Point[] {
  const size = bucketSize(series.length, buckets)
  let n = 0
  for (let from = 0; from < series.length; from += size) {
    const end = Math.min(from + size, series.length)
    let step = 0
    let value = 0
    for (let i = from; i < end; i++) { step += series.steps[i]!; value += series.values[i]! }
    n = write(to, n, step / (end - from), value / (end - from))
  }
  to.length = n
  return to
}

function write(to: Point[], n: number, x: number, y: number): number {
  const point = to[n]
  if (point) { point.x = x; point.y = y }
  else to.push({ x, y })
  return n + 1
}
