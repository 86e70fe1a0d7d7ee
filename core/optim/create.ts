import type { NamedParams } from '../network/params'
import type { Arena } from '../tensor'
import type { OptimizerName, RunConfig } from '../config'
import { Adagrad } from './adagrad'
import { Adam } from './adam'
import { Momentum } from './momentum'
import type { Optimizer } from './optimizer'
import { Rmsprop } from './rmsprop'
import { Sgd } from './sgd'

type Make = (learningRate: number, params: readonly NamedParams[], arena: Arena) => Optimizer

/** The other rates are those of the book or the paper. */
const makers: Readonly<Record<OptimizerName, Make>> = {
  sgd: learningRate => new Sgd(learningRate),
  momentum: (learningRate, params, arena) => new Momentum({ learningRate, momentum: 0.9 }, params, arena),
  adagrad: (learningRate, params, arena) => new Adagrad({ learningRate, epsilon: 1e-7 }, params, arena),
  rmsprop: (learningRate, params, arena) => new Rmsprop({ learningRate, decay: 0.99, epsilon: 1e-7 }, params, arena),
  adam: (learningRate, params, arena) => new Adam({ learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, params, arena),
}

/** @param arena allocates the optimizer's state, once */
export const createOptimizer = ({ optimizer, learningRate }: Pick<RunConfig, 'optimizer' | 'learningRate'>, params: readonly NamedParams[], arena: Arena): Optimizer =>
  makers[optimizer](learningRate, params, arena)
