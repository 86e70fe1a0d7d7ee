import type { OptimizerSpec } from '../config'
import type { WeightBefore } from './optimizer'
import { optimizerDefinition } from './registry'

/** A line of an optimizer's rule with the numbers of one weight. */
export interface UpdateLine {
  /** What it computes: 'v', 'W' */
  readonly name: string
  /** '0.9 v − η · dW' */
  readonly formula: string
  /** What the letters of the formula stand for */
  readonly numbers: Readonly<Record<string, number>>
  readonly value: number
}

/**
 * The update of one weight, line by line, in double precision: weight decay first, then the optimizer's rule. The last line is
 * the new weight. With weight decay the gradient is called g.
 * @param weightDecay λ; 0 where none applies, as for biases
 * @param gradient without weight decay
 */
export function updateLines(optimizer: OptimizerSpec, { weight, gradient, state, update }: WeightBefore, weightDecay: number): readonly UpdateLine[] {
  const { rule, numbers, decaysWeights } = optimizerDefinition(optimizer.kind)
  const { learningRate: η, epsilon } = optimizer
  const { stateUpdates, corrections = [], parameterUpdate } = rule(optimizer)
  const lines: UpdateLine[] = []
  const known: Record<string, number> = { W: weight, dW: gradient, η, λ: weightDecay, ε: Number(epsilon), t: update }
  let [w, g] = [weight, gradient]
  if (weightDecay > 0 && decaysWeights) {
    w = weight * (1 - η * weightDecay)
    lines.push({ name: 'W', formula: 'W · (1 − η · λ)', numbers: { ...known }, value: w })
    known.W = w
  }
  else if (weightDecay > 0) {
    g = gradient + weightDecay * weight
    lines.push({ name: 'g', formula: 'dW + λ · W', numbers: { ...known }, value: g })
    known.g = g
  }
  const rules = [...stateUpdates, ...corrections, parameterUpdate].map(line => line.split(/ (?:←|=) /) as [string, string])
  rules.slice(0, stateUpdates.length).forEach(([name], i) => { known[name] = state[i]! })
  numbers(optimizer, { weight: w, gradient: g, state, update }).forEach((value, i) => {
    const [name, formula] = rules[i]!
    lines.push({ name, formula: 'g' in known ? formula.replace('dW', 'g') : formula, numbers: { ...known }, value })
    known[name] = value
  })
  return lines
}
