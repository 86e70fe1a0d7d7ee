import { layerKinds, losses, optimizerDefinition, optimizers } from '@core'
import { expect, test } from 'vitest'
import { measureOf, rateMeasures } from '../../../renderer/course/measures'
import { cardOf, gradientsIn, signsIn } from '../../../renderer/terms/card-text'

test('every kind of layer, loss and optimizer has a card, and every rate of an optimizer', () => {
  const names = [...layerKinds.keys(), ...losses, ...optimizers]
  expect(names.filter(name => cardOf(name) === undefined)).toEqual([])
  const rates = optimizers.flatMap(kind => optimizerDefinition(kind).rates.map(({ name }) => name))
  expect(rates.filter(name => rateMeasures[name] === undefined)).toEqual([])
  expect(['β₁', 'β₂', 'ε']).toEqual((['beta1', 'beta2', 'epsilon'] as const).map(name => measureOf(name).sign))
})

test('what has no card says so', () => {
  expect(cardOf('leakyRelu')).toBeUndefined()
})

test.each([
  ['At step 400, ‖dW‖ was 0.433', [['‖dW‖', 'dW']]],
  ['ステップ 5 の ‖ΔW‖/‖W‖ は 0.3、‖dW‖ は 2', [['‖ΔW‖/‖W‖', 'updateRatio'], ['‖dW‖', 'dW']]],
  ['with learning rate η 0.1', [['η', 'learningRate']]],
  ['nothing: L, t, N', []],
])('the signs in “%s” have cards', (text, found) => {
  expect(signsIn(text)).toEqual(found)
})

test.each([
  ['dW = xᵀ · dout   db = Σ dout\ndx = dout · Wᵀ', ['dW', 'dout', 'db', 'dx']],
  ['dx = dout (x > 0), 0 (x ≤ 0)', ['dx', 'dout']],
  ['dγ = Σ dout · x̂   dβ = Σ dout', ['dγ', 'dout', 'dβ']],
  ['out = x · W + b', []],
])('the gradients of the formula %s have cards, each at its first mention', (formula, words) => {
  expect(gradientsIn(formula).map(([word]) => word)).toEqual(words)
})
