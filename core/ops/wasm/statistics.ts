import { LabError } from '../../errors'
import type { Heap } from '../heap'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import type { Calls } from './calls'

/** Memory for the results of the kernels, which are then copied: 256 words */
const words = 256
/** A histogram takes four tables of its bins and one more */
const mostBins = words / 4 - 1

/** What a view shows of a tensor of any size. Only one thread computes it: two would have to wait for each other more often than they save. */
export function statistics({ kernels, offsetOf }: Calls, heap: Heap): Pick<Ops, 'summarize' | 'histogram' | 'distance' | 'countBeyond' | 'countPositive'> {
  const at = heap.allocate(4 * words)
  const doubles = new Float64Array(heap.buffer, at, 6)
  const counted = new Uint32Array(heap.buffer, at, words)
  /** The largest float32 number that is not above a limit: more than either is the same for float32 numbers. */
  const rounded = new Float32Array(1)
  const roundedBits = new Uint32Array(rounded.buffer)
  function notAbove(limit: number): number {
    rounded[0] = limit
    if (rounded[0]! > limit) roundedBits[0]!--
    return rounded[0]!
  }

  return {
    summarize(summary, x) {
      kernels.summarize(at, offsetOf(x), x.size)
      summary.squares = doubles[0]!
      summary.absolute = doubles[1]!
      summary.min = doubles[2]!
      summary.max = doubles[3]!
      summary.zeros = doubles[4]!
      summary.finite = doubles[5]!
    },

    histogram(counts, x, limit) {
      if (counts.length > mostBins) throw new LabError('internal', `histogram: at most ${mostBins} bins, found ${counts.length}`, { found: counts.length, max: mostBins })
      kernels.histogram(at, offsetOf(x), x.size, limit, counts.length)
      for (let bin = 0; bin < counts.length; bin++) counts[bin] = counted[bin]!
    },

    distance(a, b) {
      checkShapes(a.size === b.size, 'distance', a, b)
      return Math.sqrt(kernels.squaredDistance(offsetOf(a), offsetOf(b), a.size))
    },

    countBeyond: (x, limit, rows = x.rows) => kernels.countBeyond(offsetOf(x), rows * x.columns, notAbove(limit)),

    countPositive(counts, x, rows = x.rows) {
      const { columns: M } = x
      for (let from = 0; from < M; from += words) {
        const to = Math.min(M, from + words)
        kernels.countPositive(at, offsetOf(x), rows, M, from, to)
        for (let m = from; m < to; m++) counts[m]! += counted[m - from]!
      }
    },
  }
}
