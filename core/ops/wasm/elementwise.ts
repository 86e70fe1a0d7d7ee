import { keptScale, leastBits } from '../dropout-mask'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { type Calls, costPerElement, floatsPerCacheLine } from './calls'

/** Activations, biases, dropout and copies. */
export const elementwise = ({ offsetOf, share }: Calls): Pick<Ops, 'addRow' | 'sumRows' | 'relu' | 'reluBackward' | 'sigmoid' | 'sigmoidBackward' | 'tanh' | 'tanhBackward' | 'dropout' | 'copy'> => ({
  addRow(y, b) {
    checkShapes(y.columns === b.size, 'addRow', y, b)
    share('addRow', y.rows, 1, y.size * costPerElement, offsetOf(y), offsetOf(b), b.size)
  },
  sumRows(db, dy) {
    checkShapes(dy.columns === db.size, 'sumRows', db, dy)
    share('sumRows', db.size, floatsPerCacheLine, dy.size * costPerElement, offsetOf(db), offsetOf(dy), dy.rows, db.size)
  },
  relu(y, x) {
    checkShapes(y.size === x.size, 'relu', y, x)
    share('relu', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x))
  },
  reluBackward(dx, dy, x) {
    checkShapes(dx.size === dy.size && dx.size === x.size, 'reluBackward', dx, dy, x)
    share('reluBackward', dx.size, floatsPerCacheLine, dx.size * costPerElement, offsetOf(dx), offsetOf(dy), offsetOf(x))
  },
  sigmoid(y, x) {
    checkShapes(y.size === x.size, 'sigmoid', y, x)
    share('sigmoid', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x))
  },
  sigmoidBackward(dx, dy, y) {
    checkShapes(dx.size === dy.size && dx.size === y.size, 'sigmoidBackward', dx, dy, y)
    share('sigmoidBackward', dx.size, floatsPerCacheLine, dx.size * costPerElement, offsetOf(dx), offsetOf(dy), offsetOf(y))
  },
  tanh(y, x) {
    checkShapes(y.size === x.size, 'tanh', y, x)
    share('tanh', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x))
  },
  tanhBackward(dx, dy, y) {
    checkShapes(dx.size === dy.size && dx.size === y.size, 'tanhBackward', dx, dy, y)
    share('tanhBackward', dx.size, floatsPerCacheLine, dx.size * costPerElement, offsetOf(dx), offsetOf(dy), offsetOf(y))
  },
  dropout(y, x, mask) {
    checkShapes(y.size === x.size, 'dropout', y, x)
    share('dropout', y.size, floatsPerCacheLine, y.size * costPerElement, offsetOf(y), offsetOf(x), leastBits(mask), mask.key, keptScale(mask))
  },
  copy(to, from) {
    checkShapes(to.size === from.size, 'copy', to, from)
    share('copy', to.size, floatsPerCacheLine, to.size * costPerElement, offsetOf(to), offsetOf(from))
  },
})
