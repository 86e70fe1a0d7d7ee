import type { Block, ProbeFrame } from '@contract'
import { type OptimizerName, type TensorStats, updateRules } from '@core'

/** Which tensor of a block is its gradient, its weights, its activation. */
const parts = {
  gradient: { affine: 'dW', relu: 'dout', sigmoid: 'dout', softmaxWithLoss: 'dx', identityWithLoss: 'dx' },
  weight: { affine: 'W', relu: null, sigmoid: null, softmaxWithLoss: null, identityWithLoss: null },
  activation: { affine: 'out', relu: 'out', sigmoid: 'out', softmaxWithLoss: 'y', identityWithLoss: 'y' },
} as const

export type Aspect = keyof typeof parts

/** Name of that tensor in the book: 'dW'; null if the block has none. */
export const partOf = (block: Block, aspect: Aspect): string | null => parts[aspect][block.kind]

export function statsOf(frame: ProbeFrame | null, block: Block, part: string | null): TensorStats | null {
  return frame?.blocks.find(({ name }) => name === block.name)?.tensors.find(({ path }) => path === `${block.name}.${part}`) ?? null
}

/** Formulas of a block in the book's notation, where it has any. */
export const formulas: Readonly<Record<Block['kind'], Partial<Record<Aspect, string>>>> = {
  affine: { gradient: 'dW = xᵀ · dout   db = Σ dout\ndx = dout · Wᵀ', activation: 'out = x · W + b' },
  relu: { gradient: 'dx = dout (x > 0), 0 (x ≤ 0)', activation: 'out = max(0, x)' },
  sigmoid: { gradient: 'dx = dout · y (1 − y)', activation: 'y = 1 / (1 + exp(−x))' },
  softmaxWithLoss: { gradient: 'dx = (y − t) / N', activation: 'y = exp(x) / Σ exp(x)   L = −log y[t]' },
  identityWithLoss: { gradient: 'dx = (y − t) / N', activation: 'y = x   L = ½ Σ (y − t)²' },
}

/** 'affine12' → '12'; '' for the loss. */
export const numberOf = (block: Block): string => /\d+$/.exec(block.name)?.[0] ?? ''

/** The update rule of an optimizer line by line, its state first. @param rate replaces η */
export function ruleOf(optimizer: OptimizerName, rate = 'η'): readonly string[] {
  const { stateUpdates, parameterUpdate } = updateRules[optimizer]
  return [...stateUpdates, parameterUpdate].map(line => line.replace('η', rate))
}
