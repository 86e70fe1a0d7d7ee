import type { Value } from '../types'
import { broadcast, type Round, sameShape, sizeOf, stretchMap } from '../values'
import { type Computation, type Downstream, type Fault, overflow, type Shape } from './operation'

/** A function of one or two numbers. */
export interface Scalar {
  readonly of: (a: number, b: number) => number
  /** ∂y/∂a and ∂y/∂b; y is the function's own value */
  readonly slopes: readonly ((a: number, b: number, y: number) => number)[]
  /** The fault when finite arguments give no finite result; overflow if this is omitted or returns null */
  readonly domain?: (a: number, b: number) => Fault | null
  /** An upstream gradient of 0 gives a gradient of 0 even if the slope is infinite: the cell does not affect the result */
  readonly ignoresZeroUpstream?: boolean
}

/** An operation that works element by element; arguments are broadcast as in NumPy. */
export function elementwise({ of, slopes, domain, ignoresZeroUpstream = false }: Scalar): Computation {
  const shapeOf = (shapes: readonly Shape[]): Shape | null => shapes.length === 1 ? shapes[0]! : broadcast(shapes[0]!, shapes[1]!)
  return {
    shape: shapeOf,
    stretches: slopes.length > 1,
    forward(args, round) {
      const shape = shapeOf(args.map(arg => arg.shape))!
      const [a, b] = args.map(arg => stretched(arg, shape))
      const data = Array.from({ length: sizeOf(shape) }, (_, i) => round(of(a![i]!, b?.[i] ?? 0)))
      return { value: { shape, data } }
    },
    fault(args, out) {
      const bad = out.data.findIndex(y => !Number.isFinite(y))
      if (bad < 0) return null
      const [a, b] = args.map(arg => stretched(arg, out.shape))
      return domain?.(a![bad]!, b?.[bad] ?? 0) ?? overflow(args, out)
    },
    backward({ args, out, dout, round }) {
      const [a, b] = args.map(arg => stretched(arg, out.shape))
      return args.map((arg, slot): Downstream => {
        const local = mapCells(out, i => round(slopes[slot]!(a![i]!, b?.[i] ?? 0, out.data[i]!)))
        const whole = mapCells(out, i => ignoresZeroUpstream && dout.data[i] === 0 ? 0 : round(dout.data[i]! * local.data[i]!))
        return { local, value: shrunk(whole, arg.shape, round) }
      })
    },
    sources: (shapes, slot, cell) => [sourceOf(shapes, slot, cell)],
    feeds(shapes, slot, cell) {
      const map = stretchMap(shapes[slot]!, shapeOf(shapes)!)
      return map ? map.flatMap((from, i) => from === cell ? [i] : []) : [cell]
    },
  }
}

/** The cell of an argument that a cell of the broadcast output is computed from. */
export const sourceOf = (shapes: readonly Shape[], slot: number, cell: number): number =>
  shapes.length === 1 ? cell : stretchMap(shapes[slot]!, broadcast(shapes[0]!, shapes[1]!)!)?.[cell] ?? cell

const mapCells = ({ shape, data }: Value, f: (i: number) => number): Value => ({ shape, data: data.map((_, i) => f(i)) })

function stretched({ shape, data }: Value, to: Shape): readonly number[] {
  const map = stretchMap(shape, to)
  return map ? map.map(i => data[i]!) : data
}

/** Reverses broadcasting: sums the gradients of each cell's copies. */
function shrunk(whole: Value, to: Shape, round: Round): Value {
  if (sameShape(whole.shape, to)) return whole
  const data = new Array<number>(sizeOf(to)).fill(0)
  stretchMap(to, whole.shape)!.forEach((at, i) => { data[at] = round(data[at]! + whole.data[i]!) })
  return { shape: to, data }
}

/** A fault with the argument as its detail. */
export const given = (code: Fault['code'], x: number): Fault => ({ code, details: { found: String(x) } })
