import type { Precision } from '../../tensor'
import { keptScale, leastBits, maskBits } from '../dropout-mask'
import type { Ops } from '../ops'
import { checkShapes } from '../shapes'
import { numbers } from './numbers'

/** @param precision in float32 the scale is rounded before it is applied, as in the kernels */
export const dropoutIn = (precision: Precision): Pick<Ops, 'dropout'> => ({
  dropout(y, x, mask) {
    checkShapes(y.size === x.size, 'dropout', y, x)
    const [Y, X] = [numbers(y), numbers(x)]
    const least = leastBits(mask)
    const scale = precision === 'float32' ? Math.fround(keptScale(mask)) : keptScale(mask)
    for (let i = 0; i < Y.length; i++) Y[i] = maskBits(mask.key, i) >= least ? X[i]! * scale : 0
  },
})
