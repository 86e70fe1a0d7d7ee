import { defaultConfig, limits } from '@core'
import { describe, expect, test } from 'vitest'
import { readForm, sameConfig, toForm } from '../../../renderer/train/config-form'
import { runConfig } from '../../fixtures/run-config'

const base = { config: defaultConfig, input: [784] }
const form = (patch: Partial<ReturnType<typeof toForm>> = {}) => ({ ...toForm(base), ...patch })

describe('a configuration', () => {
  test('is unchanged after a round trip through the form', () => {
    const deep = runConfig({ layers: [784, 100, 30, 10], activation: 'sigmoid', init: 'xavier', learningRate: 1e-3, batchSize: 7, seed: 4_294_967_295 })
    expect(readForm(toForm({ ...base, config: deep }), base)).toEqual({ config: deep, errors: {} })
  })

  test('may have no hidden layer', () => {
    expect(readForm(form({ hidden: [] }), base).config?.network.layers).toEqual([{ kind: 'affine', units: 10 }])
  })

  test('differs by any of its settings', () => {
    expect(sameConfig(defaultConfig, { ...defaultConfig })).toBe(true)
    expect(sameConfig(defaultConfig, runConfig({ layers: [784, 51, 10] }))).toBe(false)
    expect(sameConfig(defaultConfig, { ...defaultConfig, seed: 2 })).toBe(false)
  })
})

describe('invalid settings', () => {
  test.each([
    ['0', '0'], ['-1', '-1'], ['−1', '-1'], ['1e9', '1000000000'], ['3.5', '3.5'], ['abc', '"abc"'], ['', '–'], ['0x10', '"0x10"'], ['4097', '4097'],
  ])('a hidden size of %j: reported with what was found', (text, found) => {
    const { config, errors } = readForm(form({ hidden: ['50', text] }), base)
    expect(config).toBeNull()
    expect(errors).toEqual({ hidden1: expect.objectContaining({ code: 'config.layers', details: { found, max: limits.units, maxLayers: limits.hiddenLayers } }) as unknown })
  })

  test.each([
    ['learningRate', '0', 'config.learningRate'], ['learningRate', '-0.1', 'config.learningRate'], ['learningRate', 'NaN', 'config.learningRate'],
    ['learningRate', '0,1,2', 'config.learningRate'], ['learningRate', '101', 'config.learningRate'],
    ['batchSize', '0', 'config.batchSize'], ['batchSize', '1.5', 'config.batchSize'], ['seed', '-1', 'config.seed'], ['seed', '4294967296', 'config.seed'],
  ] as const)('%s %j', (name, text, code) => {
    const { config, errors } = readForm(form({ [name]: text }), base)
    expect(config).toBeNull()
    expect(Object.entries(errors).map(([field, error]) => [field, error?.code])).toEqual([[name, code]])
  })

  test('several fields at once: each gets its own sentence', () => {
    const { errors } = readForm(form({ hidden: ['x'], learningRate: 'y', batchSize: 'z' }), base)
    expect(Object.keys(errors).sort()).toEqual(['batchSize', 'hidden0', 'learningRate'])
  })

  test('layers that are only too large together', () => {
    const { config, errors } = readForm(form({ hidden: ['4096', '4096', '4096'] }), base)
    expect(config).toBeNull()
    expect(errors.layers?.code).toBe('config.parameters')
  })
})

test.each([
  [' 50 ', 50], ['５０', 50], ['1e-3', 0.001], ['.5', 0.5], ['+5', 5], ['5.', 5], ['0,1', 0.1], ['10 %', 0.1], ['1/4', 0.25], ['1×10⁻³', 0.001],
])('the learning rate %j is read as %d', (text, value) => {
  expect(readForm(form({ learningRate: text }), base).config?.optimizer.learningRate).toBe(value)
})

test.each(['1 000', '1e', 'Infinity', '0.1.1'])('the learning rate %j is invalid, with a reason', (text) => {
  const { errors } = readForm(form({ learningRate: text }), base)
  expect(errors.learningRate).toMatchObject({ code: 'config.learningRate', details: { found: JSON.stringify(text) }, cause: { code: expect.stringMatching(/^typed\./) as string } })
})

test('a count is not a percentage', () => {
  expect(readForm(form({ batchSize: '10000%' }), base).errors.batchSize).toMatchObject({ code: 'config.batchSize', cause: { code: 'typed.percent' } })
})
