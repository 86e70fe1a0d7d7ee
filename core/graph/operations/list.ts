import { abs } from './abs'
import { add, div, mul, neg, sub } from './arithmetic'
import { batchNormalization } from './batch-normalization'
import { cos } from './cos'
import { exp, log } from './exponential'
import { identityWithLoss } from './identity-with-loss'
import { max } from './max'
import { mean } from './mean'
import type { Operation } from './operation'
import { pow, reciprocal, sqrt, square } from './powers'
import { affine, dot } from './products'
import { relu } from './relu'
import { perRow, rowMax, rowSum } from './row-parts'
import { sigmoid } from './sigmoid'
import { sin } from './sin'
import { softmax } from './softmax'
import { logProbability, softmaxWithLoss, timesTarget } from './softmax-with-loss'
import { sum } from './sum'
import { tanh } from './tanh'

/** Every operation of the lab; functions in the order of the help. */
export const list: readonly Operation[] = [
  add, sub, mul, div, pow, neg,
  exp, log, relu, sigmoid, tanh, max, sqrt, square, sin, cos, abs,
  dot, sum, mean, softmax, affine, batchNormalization, softmaxWithLoss, identityWithLoss,
  reciprocal, rowMax, rowSum, logProbability, timesTarget, perRow,
]
