/** A point of a curve: x is a step, y a value. */
export interface CurvePoint { x: number, y: number }

/** The steps of a part of a curve, both ends included. */
export interface StepRange { readonly from: number, readonly to: number }

/**
 * Number of `items` per column such that a column is at most one pixel wide. It is a power of two, so that columns keep their
 * places while a curve grows.
 * @param pixels width of the drawing; there are at most twice as many columns
 */
export const columnWidth = (items: number, pixels: number): number => 2 ** Math.max(0, Math.floor(Math.log2(items / pixels)))

// One file, although over 200 lines: each method reads or writes the same parallel arrays, whose layout is private to it.
/**
 * A curve over consecutive steps, in fixed memory. At first each bucket holds one value; when all buckets are in use,
 * neighbours are merged, and from then on a bucket holds twice as many values. A bucket keeps its least and greatest value
 * with their steps, so merging hides no spike.
 */
export class Series {
  /** Number of buckets in use */
  length = 0
  /** Values per bucket; only the last bucket may have fewer */
  #width = 1
  /** Values in the last bucket */
  #filled = 1
  readonly #first: CurvePoint = { x: 0, y: 0 }
  readonly #latest: CurvePoint = { x: 0, y: 0 }
  readonly #kept: Buckets

  /** @param capacity number of buckets, even */
  constructor(readonly capacity: number) {
    this.#kept = buckets(() => new Float64Array(capacity))
  }

  /** The first value added, null if there are none */
  get first(): Readonly<CurvePoint> | null { return this.length ? this.#first : null }
  /** The latest value, null if there are none */
  get latest(): Readonly<CurvePoint> | null { return this.length ? this.#latest : null }

  /**
   * Adds a value.
   * @param step must follow the latest step
   * @param value finite
   */
  push(step: number, value: number): void {
    if (this.length === 0) place(this.#first, step, value)
    if (this.#filled === this.#width) this.#open()
    const { lastSteps, leasts, leastSteps, greatests, greatestSteps, sums } = this.#kept
    const i = this.length - 1
    if (value < leasts[i]!) {
      leasts[i] = value
      leastSteps[i] = step
    }
    if (value > greatests[i]!) {
      greatests[i] = value
      greatestSteps[i] = step
    }
    sums[i]! += value
    lastSteps[i] = step
    this.#filled++
    place(this.#latest, step, value)
  }

  clear(): void {
    this.length = 0
    this.#width = this.#filled = 1
    place(this.#first, 0, 0)
    place(this.#latest, 0, 0)
  }

  /** Number of values per bucket; only the latest bucket may have fewer */
  get perBucket(): number { return this.#width }

  /** Number of values per column. @param pixels width of the drawing @param part that is drawn; left out: everything */
  perColumn(pixels: number, part?: StepRange): number {
    const { from, to } = this.#bucketsOf(part)
    return this.#width * columnWidth(to - from, pixels)
  }

  /**
   * Points for a chart: the least and greatest value of each column in the order of their steps, plus the very first and
   * latest value.
   * @param pixels width of the chart; a column is at most one pixel wide
   * @param to overwritten with the points and returned; reuse it to avoid garbage
   * @param part that is drawn, with its neighbours on both sides, so that its line reaches both edges; left out: everything
   */
  extremes(pixels: number, to: CurvePoint[] = [], part?: StepRange): CurvePoint[] {
    const { leasts, leastSteps, greatests, greatestSteps } = this.#kept
    const drawn = this.#bucketsOf(part)
    const group = columnWidth(drawn.to - drawn.from, pixels)
    let n = this.length && drawn.from === 0 ? write(to, 0, this.#first.x, this.#first.y) : 0
    for (let from = drawn.from - drawn.from % group; from < drawn.to; from += group) {
      const end = Math.min(from + group, this.length)
      let least = from
      let greatest = from
      for (let i = from + 1; i < end; i++) {
        if (leasts[i]! < leasts[least]!) least = i
        if (greatests[i]! > greatests[greatest]!) greatest = i
      }
      const isLeastFirst = leastSteps[least]! < greatestSteps[greatest]!
      if (isLeastFirst) n = write(to, n, leastSteps[least]!, leasts[least]!)
      n = write(to, n, greatestSteps[greatest]!, greatests[greatest]!)
      if (!isLeastFirst) n = write(to, n, leastSteps[least]!, leasts[least]!)
    }
    if (this.length && drawn.to === this.length) n = write(to, n, this.#latest.x, this.#latest.y)
    to.length = n
    return to
  }

  /** The mean of each column, at the middle of its steps: the trend without the noise. Parameters as for `extremes`. */
  means(pixels: number, to: CurvePoint[] = [], part?: StepRange): CurvePoint[] {
    const { lastSteps, sums } = this.#kept
    const drawn = this.#bucketsOf(part)
    const group = columnWidth(drawn.to - drawn.from, pixels)
    let n = 0
    for (let from = drawn.from - drawn.from % group; from < drawn.to; from += group) {
      const end = Math.min(from + group, this.length)
      let sum = 0
      for (let i = from; i < end; i++) sum += sums[i]!
      const count = (end - from - 1) * this.#width + this.#count(end - 1)
      n = write(to, n, lastSteps[end - 1]! - (count - 1) / 2, sum / count)
    }
    to.length = n
    return to
  }

  /** The contents of all buckets; a bucket holds one value until buckets are merged. */
  buckets(): SeriesBucket[] { return Array.from({ length: this.length }, (_, i) => this.#contents(i)) }

  /** The bucket with a step; null for one before the first or after the latest. */
  at(step: number): SeriesBucket | null {
    const i = this.#bucketAt(step)
    return i < this.length && step >= this.#first.x ? this.#contents(i) : null
  }

  #contents(bucket: number): SeriesBucket {
    const { lastSteps, leasts, greatests, sums } = this.#kept
    const count = this.#count(bucket)
    return { lastStep: lastSteps[bucket]!, count, least: leasts[bucket]!, greatest: greatests[bucket]!, mean: sums[bucket]! / count }
  }

  /** The complete state, from which another series can continue. */
  read(): SeriesState {
    return {
      width: this.#width, filled: this.#filled, first: { ...this.#first }, latest: { ...this.#latest },
      buckets: buckets(field => this.#kept[field].slice(0, this.length)),
    }
  }

  /** Restores a state. @param state of a series with the same capacity */
  restore({ width, filled, first, latest, buckets }: SeriesState): void {
    this.length = buckets.lastSteps.length
    this.#width = width
    this.#filled = filled
    place(this.#first, first.x, first.y)
    place(this.#latest, latest.x, latest.y)
    for (const field of bucketFields) this.#kept[field].set(buckets[field])
  }

  /** Indices of the buckets of a part and of its neighbours, the end not included. */
  #bucketsOf(part: StepRange | undefined): StepRange {
    if (!part) return { from: 0, to: this.length }
    return { from: Math.max(0, this.#bucketAt(part.from) - 1), to: Math.min(this.length, this.#bucketAt(part.to) + 2) }
  }

  /** Index of the bucket with a step; the number of buckets for one after all of them. */
  #bucketAt(step: number): number {
    const { lastSteps } = this.#kept
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (lastSteps[middle]! < step) low = middle + 1
      else high = middle
    }
    return low
  }

  #count(bucket: number): number { return bucket === this.length - 1 ? this.#filled : this.#width }

  #open(): void {
    if (this.length === this.capacity) this.#merge()
    const { leasts, greatests, sums } = this.#kept
    const i = this.length++
    this.#filled = sums[i] = 0
    leasts[i] = Infinity
    greatests[i] = -Infinity
  }

  /** Merges the buckets in pairs. */
  #merge(): void {
    const { lastSteps, leasts, leastSteps, greatests, greatestSteps, sums } = this.#kept
    this.length /= 2
    this.#width *= 2
    for (let i = 0; i < this.length; i++) {
      const [a, b] = [2 * i, 2 * i + 1]
      const least = leasts[b]! < leasts[a]! ? b : a
      const greatest = greatests[b]! > greatests[a]! ? b : a
      leasts[i] = leasts[least]!
      leastSteps[i] = leastSteps[least]!
      greatests[i] = greatests[greatest]!
      greatestSteps[i] = greatestSteps[greatest]!
      sums[i] = sums[a]! + sums[b]!
      lastSteps[i] = lastSteps[b]!
    }
  }
}

/** A bucket's contents: `count` consecutive values up to `lastStep`. */
export interface SeriesBucket {
  readonly lastStep: number
  readonly count: number
  readonly least: number
  readonly greatest: number
  readonly mean: number
}

export interface SeriesState {
  readonly width: number
  readonly filled: number
  readonly first: Readonly<CurvePoint>
  readonly latest: Readonly<CurvePoint>
  /** Arrays with one element per bucket in use */
  readonly buckets: Buckets
}

const bucketFields = ['lastSteps', 'leasts', 'leastSteps', 'greatests', 'greatestSteps', 'sums'] as const
type BucketField = typeof bucketFields[number]
type Buckets = Readonly<Record<BucketField, Float64Array>>

const buckets = (fill: (field: BucketField) => Float64Array): Buckets =>
  Object.fromEntries(bucketFields.map(field => [field, fill(field)])) as Record<BucketField, Float64Array>

function place(point: CurvePoint, x: number, y: number): void {
  point.x = x
  point.y = y
}

/** Writes the n-th point, unless the previous one has the same step. @returns the new number of points */
function write(to: CurvePoint[], n: number, x: number, y: number): number {
  if (n > 0 && to[n - 1]!.x === x) return n
  const point = to[n]
  if (point) place(point, x, y)
  else to.push({ x, y })
  return n + 1
}
