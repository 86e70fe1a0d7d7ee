import { LabError } from '../../errors'
import type { Trainer } from '../trainer'

/** One number of a parameter; a vector counts as one row. */
export interface ParameterCell { readonly path: string, readonly row: number, readonly column: number }

/** The two weights, without biases, that the latest update changed most; of equal ones the first. @throws LabError measure.noStep before the first update */
export function mostChangedWeights({ model, updated }: Pick<Trainer, 'model' | 'updated'>): readonly [ParameterCell, ParameterCell] {
  if (!updated) throw new LabError('measure.noStep', 'no mini-batch has been learned yet')
  let [first, second]: [Changed | null, Changed | null] = [null, null]
  for (const { path, slot: { value, before }, decay } of model.params) {
    if (!decay || !before) continue
    for (let i = 0; i < value.size; i++) {
      const change = Math.abs(value.data[i]! - before.data[i]!)
      if (second && change <= second.change) continue
      const changed = { path, index: i, columns: value.columns, change }
      if (first && change <= first.change) second = changed
      else [first, second] = [changed, first]
    }
  }
  if (!first || !second) throw new LabError('measure.noStep', 'the network has no two weights')
  return [cellOf(first), cellOf(second)]
}

interface Changed { readonly path: string, readonly index: number, readonly columns: number, readonly change: number }

const cellOf = ({ path, index, columns }: Changed): ParameterCell => ({ path, row: Math.floor(index / columns), column: index % columns })
