import type { Pass } from '../layers/layer'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Precision, Tensor } from '../tensor'
import { centralDifference, type CentralDifference } from './gradient-check'
import { type Crossing, Kinks } from './kinks'
import { nearestKink } from './nearest-kink'
import { indexAt, placeAt, type WeightPlace } from './weight-place'
import { sizesOf } from './xray/parts'
import { zeroCause, type ZeroCause } from './zero-gradient'

export type InPrecision<T> = Readonly<Record<Precision, T>>
const precisions = ['float64', 'float32'] as const

/** 1e-1 to 1e-12, four in each decade, rounded so that they can be shown in full: 0.0178 */
export const microscopeHs: readonly number[] = Array.from({ length: 45 }, (_, i) => Number((10 ** (-1 - i / 4)).toPrecision(3)))

/** The loss at w ± h, in both precisions. */
export interface SlopesAt extends InPrecision<CentralDifference> {
  readonly h: number
  /** Number of inputs of ReLUs that are on another side of 0 at w + h or at w − h, in float64 */
  readonly kinks: number
  /** Whether w + h or w − h is rounded to w in float32 */
  readonly isLost: boolean
}

/** Where a ReLU switches on or off, as the weight moves. */
export interface Kink extends Pick<Crossing, 'layer' | 'row' | 'unit'> {
  /** From the weight, with its sign */
  readonly offset: number
}

/** What the microscope finds of one weight. */
export interface MicroscopeReading {
  readonly place: WeightPlace
  readonly value: number
  readonly loss: InPrecision<number>
  /** By backpropagation */
  readonly gradient: InPrecision<number>
  /** Why the gradient is 0; null: it is not, or the cause is another one */
  readonly zero: ZeroCause | null
  /** Each h of {@link microscopeHs} */
  readonly slopes: readonly SlopesAt[]
  /** Within the largest h, the nearest ones first */
  readonly kinks: readonly Kink[]
}

/** The loss as a function of one weight, the others held. */
export interface LossAlong {
  readonly points: readonly { readonly offset: number, readonly loss: number }[]
  /** In the order of their offsets */
  readonly kinks: readonly Kink[]
}

/** A trained tensor with its rows and columns; a vector is one row. */
export interface CheckedParameter {
  /** 'affine1.W' */
  readonly path: string
  readonly tensor: Pick<Tensor, 'shape' | 'data'>
  readonly rows: number
  readonly columns: number
}

/** A network on its batch, in one precision. */
export interface CheckedModel {
  readonly model: Model
  readonly ops: Ops
}

/** One batch in both precisions, and the loss as each weight alone moves. Backpropagation runs once, at the beginning. */
export class Microscope {
  private readonly kinks: InPrecision<Kinks>

  /**
   * @param sides the same network and batch in both precisions
   * @param pass of all forward passes: it holds the dropout mask, and does not track running statistics
   */
  constructor(private readonly sides: InPrecision<CheckedModel>, private readonly pass: Pass) {
    for (const precision of precisions) {
      const { model, ops } = sides[precision]
      model.forward(ops, pass)
      model.backward(ops, pass)
    }
    this.kinks = { float64: new Kinks(sides.float64.model), float32: new Kinks(sides.float32.model) }
  }

  /** All trained tensors, in the order of the network. */
  get parameters(): readonly CheckedParameter[] {
    return this.sides.float64.model.params.map(({ path, slot: { value } }) => ({ path, tensor: value, ...sizesOf(value) }))
  }

  /** The weight with the largest gradient. @param path of its parameter; left out: of all */
  largest(path?: string): WeightPlace {
    let [best, size] = [{ path: '', row: 0, column: 0 }, -1]
    for (const { path: own, slot: { value, grad } } of this.sides.float64.model.params) {
      if (path !== undefined && own !== path) continue
      let at = -1
      for (let i = 0; i < grad.size; i++) {
        const g = Math.abs(grad.data[i]!)
        if (g > size || (Number.isNaN(g) && size < Infinity)) [at, size] = [i, Number.isNaN(g) ? Infinity : g]
      }
      if (at >= 0) best = placeAt(own, value, at)
    }
    return best
  }

  /** The weight of a parameter that needs to move least for a ReLU to switch; null: no ReLU follows at once. */
  nearestKink(path: string): WeightPlace | null { return nearestKink(this.sides.float64.model, path) }

  /** Whether the network has this weight. */
  has(place: WeightPlace): boolean {
    const slot = this.sides.float64.model.params.find(({ path }) => path === place.path)?.slot
    return slot !== undefined && indexAt(slot.value, place) !== null
  }

  /** Measures all slopes of one weight; yields after each h. The models are restored, also after a stop. */
  * measure(place: WeightPlace): Generator<undefined, MicroscopeReading> {
    const [double, single] = [this.weight('float64', place), this.weight('float32', place)]
    const found = new Map<string, Kink>()
    const slopes: SlopesAt[] = []
    try {
      const loss = { float64: double.loss(), float32: single.loss() }
      const zero = double.gradient === 0 ? zeroCause(this.sides.float64.model, place) : null
      this.kinks.float64.hold()
      for (const h of microscopeHs) {
        const crossed = new Set<string>()
        let side = h
        const float64 = centralDifference(() => {
          const loss = double.loss()
          for (const { layer, row, unit, before, after } of this.kinks.float64.crossings()) {
            const unitKey = `${layer}.${row}.${unit}`
            crossed.add(unitKey)
            found.set(`${unitKey} ${Math.sign(side)}`, { layer, row, unit, offset: side * before / (before - after) }) // the smallest h that reaches it tells best where it is
          }
          side = -h
          return loss
        }, double.data, double.index, h)
        const float32 = centralDifference(single.loss, single.data, single.index, h)
        const w = single.data[single.index]!
        slopes.push({ h, float64, float32, kinks: crossed.size, isLost: Math.fround(w + h) === w || Math.fround(w - h) === w })
        yield
      }
      const kinks = [...found.values()].sort((a, b) => Math.abs(a.offset) - Math.abs(b.offset))
      return { place, value: double.data[double.index]!, loss, gradient: { float64: double.gradient, float32: single.gradient }, zero, slopes, kinks }
    }
    finally {
      double.restore()
      single.restore()
    }
  }

  /**
   * The loss around one weight; yields after each point. The model is restored, also after a stop.
   * @param reach the largest offset, to both sides
   * @param count number of points, odd: the weight itself is among them
   */
  * along(place: WeightPlace, precision: Precision, reach: number, count = 121): Generator<undefined, LossAlong> {
    const weight = this.weight(precision, place)
    const { data, index } = weight
    const w = data[index]!
    const kinks: Kink[] = []
    const points: { offset: number, loss: number }[] = []
    try {
      for (let i = 0; i < count; i++) {
        const offset = reach * (2 * i / (count - 1) - 1)
        data[index] = w + offset
        points.push({ offset, loss: weight.loss() })
        const before = points.at(-2)?.offset ?? offset
        if (i > 0) kinks.push(...this.kinks[precision].crossings().map(({ layer, row, unit, before: from, after: to }) => ({ layer, row, unit, offset: before + (offset - before) * from / (from - to) })))
        this.kinks[precision].hold()
        yield
      }
      return { points, kinks: kinks.sort((a, b) => a.offset - b.offset) }
    }
    finally {
      data[index] = w
      weight.restore()
    }
  }

  /** One weight in one precision. Layers before its own never change. */
  private weight(precision: Precision, place: WeightPlace) {
    const { model, ops } = this.sides[precision]
    const { value, grad } = model.params.find(({ path }) => path === place.path)!.slot
    const from = model.layers.findIndex(({ params }) => params.some(({ path }) => path === place.path))
    const index = indexAt(value, place)!
    const { data } = value
    const w = data[index]!
    const loss = (): number => model.forward(ops, this.pass, from)
    const restore = (): void => {
      data[index] = w
      loss()
    }
    return { data, index, gradient: grad.data[index]!, loss, restore }
  }
}
