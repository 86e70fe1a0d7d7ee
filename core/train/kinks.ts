import type { Layer } from '../layers/layer'
import type { Model } from '../network/model'
import type { Real } from '../tensor'

/** An input of a layer with a kink at 0 that is on the other side of it than before. */
export interface Crossing {
  /** 'relu1' */
  readonly layer: string
  /** Row of the batch */
  readonly row: number
  readonly unit: number
  readonly before: number
  readonly after: number
}

const isPositive = (x: number): boolean => x > 0

/** Compares on which side of 0 the inputs of ReLUs are, in the latest forward pass and in an earlier one. */
export class Kinks {
  private readonly watched: readonly { readonly layer: Layer, readonly held: Real }[]

  constructor({ layers, definitions }: Pick<Model, 'layers' | 'definitions'>) {
    this.watched = layers.filter((_, i) => definitions[i]!.kinkAtZero).map(layer => ({ layer, held: layer.x.data.slice() }))
  }

  /** Takes the inputs of the latest forward pass as those to compare with. */
  hold(): void {
    for (const { layer, held } of this.watched) held.set(layer.x.data)
  }

  /** Whether any input has crossed 0. */
  get haveCrossed(): boolean {
    return this.watched.some(({ layer: { x: { data } }, held }) => {
      for (let i = 0; i < held.length; i++)
        if (isPositive(data[i]!) !== isPositive(held[i]!)) return true
      return false
    })
  }

  /** All inputs that have crossed 0, in the order of the layers. */
  crossings(): readonly Crossing[] {
    return this.watched.flatMap(({ layer: { name, x: { data, columns } }, held }) => {
      const found: Crossing[] = []
      for (let i = 0; i < held.length; i++)
        if (isPositive(data[i]!) !== isPositive(held[i]!)) found.push({ layer: name, row: Math.floor(i / columns), unit: i % columns, before: held[i]!, after: data[i]! })
      return found
    })
  }
}
