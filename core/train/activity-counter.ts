import type { Layer } from '../layers/layer'
import type { UnitLimits } from '../layers/definition'
import type { Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { UnitActivity } from './evaluation'

/** Images whose activity is counted */
const mostImages = 1000

/** An activation layer with its counts. */
interface Counted {
  readonly layer: Layer
  readonly limits: UnitLimits
  /** By unit, images with x > 0 (M); empty unless its units fire */
  readonly fired: Uint32Array
  saturated: number
  extreme: number
}

/** Counts what the units of a model's activation layers do on the first 1,000 images, batch by batch; no batch allocates. */
export class ActivityCounter {
  private readonly counted: readonly Counted[]
  private images = 0

  constructor({ layers, definitions }: Pick<Model, 'layers' | 'definitions'>) {
    this.counted = layers.flatMap((layer, i) => {
      const limits = definitions[i]!.units
      return limits ? [{ layer, limits, fired: new Uint32Array('fires' in limits ? layer.x.columns : 0), saturated: 0, extreme: 0 }] : []
    })
  }

  begin(): void {
    this.images = 0
    for (const counted of this.counted) {
      counted.fired.fill(0)
      counted.saturated = counted.extreme = 0
    }
  }

  /** Counts the batch of the latest forward pass. @param rows of the batch */
  take(ops: Ops, rows: number): void {
    const taken = Math.min(rows, mostImages - this.images)
    this.images += taken
    if (taken > 0) for (const counted of this.counted) count(ops, counted, taken)
  }

  /** The counts since `begin`. */
  get activity(): readonly UnitActivity[] {
    const { images } = this
    return this.counted.map(({ layer: { name, x: { columns } }, fired, saturated, extreme }) => {
      const inputs = Math.max(1, images * columns)
      return { layer: name, images, fired: Array.from(fired), saturated: saturated / inputs, extreme: extreme / inputs }
    })
  }
}

function count(ops: Ops, counted: Counted, rows: number): void {
  const { layer: { x }, limits, fired } = counted
  if ('fires' in limits) return ops.countPositive(fired, x, rows)
  counted.saturated += ops.countBeyond(x, limits.saturated, rows)
  counted.extreme += ops.countBeyond(x, limits.extreme, rows)
}
