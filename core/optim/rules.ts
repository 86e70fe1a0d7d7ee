import type { OptimizerName } from '../config'

/** An optimizer in the notation of the book and the papers; η is the learning rate. */
export interface UpdateRule {
  /** Updates of its state; empty for plain SGD */
  readonly stateUpdates: readonly string[]
  /** Update of a parameter */
  readonly parameterUpdate: string
  /** The update as LaTeX, for a parameter W */
  readonly latex: (W: string, outer?: string) => string
}

/** ε is always 1e-7. Adam's bias correction: m̂ = m / (1 − 0.9ᵗ) and v̂ = v / (1 − 0.999ᵗ), where t counts updates. */
export const updateRules: Readonly<Record<OptimizerName, UpdateRule>> = {
  sgd: { stateUpdates: [], parameterUpdate: 'W ← W − η · dW', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\eta \\frac{\\partial ${L}}{\\partial ${W}}` },
  momentum: { stateUpdates: ['v ← 0.9 v − η · dW'], parameterUpdate: 'W ← W + v', latex: (W, L = 'L') => `v \\leftarrow 0.9\\,v - \\eta \\frac{\\partial ${L}}{\\partial ${W}},\\quad ${W} \\leftarrow ${W} + v` },
  adagrad: { stateUpdates: ['h ← h + dW²'], parameterUpdate: 'W ← W − η · dW / (√h + ε)', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\frac{\\eta}{\\sqrt{h} + \\varepsilon} \\frac{\\partial ${L}}{\\partial ${W}}` },
  rmsprop: { stateUpdates: ['h ← 0.99 h + 0.01 dW²'], parameterUpdate: 'W ← W − η · dW / (√h + ε)', latex: (W, L = 'L') => `${W} \\leftarrow ${W} - \\frac{\\eta}{\\sqrt{h} + \\varepsilon} \\frac{\\partial ${L}}{\\partial ${W}}` },
  adam: { stateUpdates: ['m ← 0.9 m + 0.1 dW', 'v ← 0.999 v + 0.001 dW²'], parameterUpdate: 'W ← W − η · m̂ / (√v̂ + ε)', latex: W => `${W} \\leftarrow ${W} - \\eta \\frac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}` },
}
