import type { Value } from '../types'
import { broadcast, type Round, sameShape, sizeOf, stretchMap } from '../values'
import { type Downstream, type Fault, type Operation, overflow } from './operation'

/** A function of one or two numbers, its derivatives, and its words for what it cannot do. */
interface Scalar {
  readonly f: (a: number, b: number) => number
  /** ∂f/∂a, ∂f/∂b; y is f(a, b) */
  readonly d: readonly ((a: number, b: number, y: number) => number)[]
  /** Why finite numbers gave none; an overflow when left out */
  readonly fault?: (a: number, b: number) => Fault | null
  /** Sends 0 where 0 arrives, even along an infinite slope: the cell takes no part in the result */
  readonly silent?: boolean
}

/** Works cell by cell; arguments of different shapes are stretched as NumPy does it. */
function elementwise({ f, d, fault, silent = false }: Scalar): Operation {
  const shapeOf = (shapes: readonly (readonly number[])[]): readonly number[] | null =>
    shapes.length === 1 ? shapes[0]! : broadcast(shapes[0]!, shapes[1]!)
  return {
    shape: shapeOf,
    forward(args, round) {
      const shape = shapeOf(args.map(arg => arg.shape))!
      const [a, b] = args.map(arg => stretched(arg, shape))
      const data = Array.from({ length: sizeOf(shape) }, (_, i) => round(f(a![i]!, b?.[i] ?? 0)))
      return { value: { shape, data } }
    },
    fault(args, out) {
      const bad = out.data.findIndex(y => !Number.isFinite(y))
      if (bad < 0) return null
      const [a, b] = args.map(arg => stretched(arg, out.shape))
      return fault?.(a![bad]!, b?.[bad] ?? 0) ?? overflow(args, out)
    },
    backward({ args, out, dout, round }) {
      const [a, b] = args.map(arg => stretched(arg, out.shape))
      return args.map((arg, slot): Downstream => {
        const local = mapCells(out, i => round(d[slot]!(a![i]!, b?.[i] ?? 0, out.data[i]!)))
        const whole = mapCells(out, i => silent && dout.data[i] === 0 ? 0 : round(dout.data[i]! * local.data[i]!))
        return { local, value: shrunk(whole, arg.shape, round) }
      })
    },
    sources(shapes, slot, cell) {
      const shape = shapeOf(shapes)!
      return [stretchMap(shapes[slot]!, shape)?.[cell] ?? cell]
    },
    feeds(shapes, slot, cell) {
      const map = stretchMap(shapes[slot]!, shapeOf(shapes)!)
      return map ? map.flatMap((from, i) => from === cell ? [i] : []) : [cell]
    },
  }
}

const mapCells = ({ shape, data }: Value, f: (i: number) => number): Value => ({ shape, data: data.map((_, i) => f(i)) })

function stretched({ shape, data }: Value, to: readonly number[]): readonly number[] {
  const map = stretchMap(shape, to)
  return map ? map.map(i => data[i]!) : data
}

/** What was stretched was used several times: its gradients add up. */
function shrunk(whole: Value, to: readonly number[], round: Round): Value {
  if (sameShape(whole.shape, to)) return whole
  const data = new Array<number>(sizeOf(to)).fill(0)
  stretchMap(to, whole.shape)!.forEach((at, i) => { data[at] = round(data[at]! + whole.data[i]!) })
  return { shape: to, data }
}

const found = (code: Fault['code'], x: number): Fault => ({ code, details: { found: String(x) } })

/** 1 / (1 + exp(−x)), without overflow for any x */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return (x < 0 ? e : 1) / (1 + e)
}

/** y(1 − y) with all its digits: 1 − y has lost them where y is nearly 1. */
function sigmoidSlope(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return e / ((1 + e) * (1 + e))
}

/** 1 − y², likewise. */
function tanhSlope(x: number): number {
  const e = Math.exp(-2 * Math.abs(x))
  return 4 * e / ((1 + e) * (1 + e))
}

function power(base: number, exponent: number): Fault | null {
  if (base === 0 && exponent < 0) return found('graph.divisionByZero', base)
  return base < 0 && !Number.isInteger(exponent) ? { code: 'graph.powerDomain', details: { found: String(base), wanted: String(exponent) } } : null
}

/** At a tie each takes half: then max(x, x) has the slope 1. */
const share = (mine: number, other: number): number => mine > other ? 1 : mine === other ? 0.5 : 0

export const elementwiseOperations = {
  add: elementwise({ f: (a, b) => a + b, d: [() => 1, () => 1] }),
  sub: elementwise({ f: (a, b) => a - b, d: [() => 1, () => -1] }),
  mul: elementwise({ f: (a, b) => a * b, d: [(_, b) => b, a => a] }), // each the other one
  div: elementwise({
    f: (a, b) => a / b, d: [(_, b) => 1 / b, (_, b, y) => -y / b],
    fault: (a, b) => b === 0 ? found('graph.divisionByZero', a) : null,
  }),
  pow: elementwise({
    f: (a, b) => a ** b,
    d: [
      (a, b) => b === 0 ? 0 : b * a ** (b - 1),
      (a, b, y) => a === 0 && b > 0 ? 0 : y * Math.log(a), // 0 is the limit; NaN below 0
    ],
    fault: power,
  }),
  neg: elementwise({ f: a => -a, d: [() => -1] }),
  exp: elementwise({ f: Math.exp, d: [(_a, _b, y) => y] }),
  log: elementwise({ f: Math.log, d: [a => 1 / a], fault: a => a <= 0 ? found('graph.logDomain', a) : null }),
  relu: elementwise({ f: a => a > 0 ? a : 0, d: [a => a > 0 ? 1 : 0] }), // at exactly 0 it is off
  sigmoid: elementwise({ f: sigmoid, d: [sigmoidSlope] }),
  tanh: elementwise({ f: Math.tanh, d: [tanhSlope] }),
  max: elementwise({ f: Math.max, d: [(a, b) => share(a, b), (a, b) => share(b, a)] }),
  sqrt: elementwise({ f: Math.sqrt, d: [(_a, _b, y) => 1 / (2 * y)], fault: a => a < 0 ? found('graph.sqrtDomain', a) : null }),
  square: elementwise({ f: a => a * a, d: [a => 2 * a] }),
  reciprocal: elementwise({ f: a => 1 / a, d: [(_a, _b, y) => -y * y], fault: a => a === 0 ? found('graph.divisionByZero', 1) : null }),
  logProbability: elementwise({ f: Math.log, d: [a => 1 / a], silent: true }),
  /** t · log y, where what t does not ask for counts nothing */
  timesTarget: elementwise({ f: (t, l) => t === 0 ? 0 : t * l, d: [(_, l) => l, t => t] }),
} as const
