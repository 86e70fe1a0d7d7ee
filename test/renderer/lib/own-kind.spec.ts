import { graphNamesOf, parseLayers, registerLayer } from '@core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { formulaOf, partOf } from '../../../renderer/lib/block-parts'
import { useBlockName } from '../../../renderer/lib/useBlockName'
import { leakyRelu } from '../../fixtures/leaky-relu'
import { fakeMain, show } from '../lab'

let remove: () => void
beforeEach(() => { remove = registerLayer(leakyRelu) })
afterEach(() => {
  remove()
  vi.unstubAllGlobals()
})

const block = { name: 'leakyRelu1', kind: 'leakyRelu', inputs: 4, outputs: 4 }

test('a kind of layer that only a test knows has its name, its parts and its formulas in the window', async () => {
  fakeMain()
  const view = await show(defineComponent(() => {
    const nameOf = useBlockName()
    return () => h('p', `${nameOf('leakyRelu')}, ${nameOf('relu')}`)
  }))
  expect(view.text()).toBe('Leaky ReLU, ReLU')
  expect([partOf(block, 'activation'), partOf(block, 'gradient'), partOf(block, 'weight')]).toEqual(['out', 'dout', null])
  expect(formulaOf(block, 'activation')).toBe('out = max(x, slope · x)')
})

test('and its expression in the graph of the run’s next step', () => {
  expect(graphNamesOf({ input: [12], layers: parseLayers('affine 4, leakyRelu 0.01, affine 6'), loss: 'softmaxWithLoss' }).expression)
    .toBe('a1 = affine(X, W1, b1); z1 = max(a1, 0.01 * a1); a2 = affine(z1, W2, b2); L = softmaxWithLoss(a2, T)')
})
