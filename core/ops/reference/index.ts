import { Arena, type Precision } from '../../tensor'
import type { Ops } from '../ops'
import { dropoutIn } from './dropout'
import { elementwise } from './elementwise'
import { losses } from './losses'
import { normalization } from './normalization'
import { products } from './products'
import { statistics } from './statistics'
import { updates } from './updates'

/**
 * Reference implementation: every operation as a plain loop, against which other backends are tested.
 * JavaScript computes in double precision; results are rounded to the tensor's precision when they are stored.
 * @param precision element type of the tensors
 */
export const createReferenceOps = (precision: Precision): Ops => ({
  name: `reference-${precision}`,
  threads: 1,
  threadsFor: () => 1,
  arena: () => new Arena(precision),
  sparseBelow: 0,
  workingBlocks: () => [], missingBlocks: () => [],
  reserve: () => undefined,
  ...products,
  ...elementwise,
  ...dropoutIn(precision),
  ...normalization,
  ...losses,
  ...updates,
  ...statistics,
})
