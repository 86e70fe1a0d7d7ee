import type { Bug } from './bug'
import { biasOfOneRow } from './cases/bias-of-one-row'
import { doubleDivision } from './cases/double-division'
import { earlyUpdate } from './cases/early-update'
import { invertedMask } from './cases/inverted-mask'
import { maskOfDout } from './cases/mask-of-dout'
import { missingDivision } from './cases/missing-division'
import { shiftedTarget } from './cases/shifted-target'
import { squareWeights } from './cases/square-weights'
import { staleGradient } from './cases/stale-gradient'
import { uphillUpdate } from './cases/uphill-update'

/** The cases in the order of their numbers, from the plainest to those that need every instrument. */
export const bugs: readonly Bug[] = [
  uphillUpdate, missingDivision, invertedMask, biasOfOneRow, doubleDivision,
  squareWeights, shiftedTarget, maskOfDout, staleGradient, earlyUpdate,
]
