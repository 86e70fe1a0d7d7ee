import { defaultConfig, isSameConfig, type LayerSpec, limits, mnist, parseLayers, type RunConfig } from '@core'
import { describe, expect, test } from 'vitest'
import { readForm, toForm } from '../../../renderer/train/config-form'
import { hiddenRows, isPerceptron, rowsOf, setText, settingsOf } from '../../../renderer/train/layer-rows'
import { infoOf } from '../../fixtures/dataset-info'
import { runConfig } from '../../fixtures/run-config'

const base = { config: defaultConfig, dataset: mnist }
const form = (patch: Partial<ReturnType<typeof toForm>> = {}) => ({ ...toForm(base), ...patch })
/** Rows with numbers as typed: ['affine', '50'], ['relu'] */
const rows = (...layers: readonly (readonly [kind: string, ...texts: string[]])[]) => layers.map(([kind, ...texts]) => rowsOf([{ kind, ...Object.fromEntries(settingsOf({ kind }).map(({ name }, i) => [name, texts[i] ?? ''])) }])[0]!)
const perceptron = (...hidden: readonly string[]) => rows(...hidden.flatMap((units): [string, ...string[]][] => [['affine', units], ['relu']]), ['affine', '10'])
const chain = (text: string) => rowsOf(parseLayers(text))
/** The errors by place; a layer's place is its index. */
function errorsOf(patch: Partial<ReturnType<typeof toForm>>) {
  const typed = form(patch)
  const { config, errors } = readForm(typed, base)
  const places = Object.entries(errors).map(([place, error]) => [place.replace(/^layer\.(\d+)/, (_, id: string) => `layer.${typed.layers.findIndex(row => row.id === Number(id))}`), [error!.code, error!.details['layer']]])
  return { config, errors: Object.fromEntries(places) as Record<string, [string, number | undefined]> }
}

describe('a configuration', () => {
  const deep = runConfig({ layers: [784, 100, 30, 10], activation: 'sigmoid', init: 'xavier', learningRate: 1e-3, batchSize: 7, seed: 4_294_967_295 })
  const layers = parseLayers('affine 100, batchNormalization, relu, dropout 0.2, tanh, affine 10')
  test.each<[string, RunConfig]>([
    ['a perceptron', deep],
    ['a chain of every kind', { ...deep, network: { layers, loss: 'softmaxWithLoss' } }],
    ['identity as loss, weight decay, an order and validation of its own', { ...deep, network: { layers, loss: 'identityWithLoss' }, weightDecay: 1e-4, orderSeed: 9, validation: 0.1 }],
    ['other rates of its optimizer', { ...deep, optimizer: { kind: 'adam', learningRate: 0.002, beta1: 0, beta2: 0.99, epsilon: 1e-8 } }],
  ])('is unchanged after a round trip through the form: %s', (_, config) => {
    expect(readForm(toForm({ ...base, config }), base)).toMatchObject({ config, errors: {} })
    expect(isSameConfig(readForm(toForm({ ...base, config }), base).config!, config)).toBe(true)
  })

  test('may have no hidden layer', () => {
    expect(readForm(form({ layers: perceptron() }), base).config?.network.layers).toEqual([{ kind: 'affine', units: 10 }])
  })

  test('differs by any of its settings', () => {
    expect(isSameConfig(defaultConfig, { ...defaultConfig })).toBe(true)
    expect(isSameConfig(defaultConfig, runConfig({ layers: [784, 51, 10] }))).toBe(false)
    expect(isSameConfig(defaultConfig, { ...defaultConfig, seed: 2 })).toBe(false)
  })

  test('has an order of its own only while one is typed', () => {
    expect(readForm(form({ orderSeed: '7' }), base).config).toMatchObject({ orderSeed: 7 })
    const own = { ...base, config: { ...defaultConfig, orderSeed: 7 } }
    expect(readForm({ ...toForm(own), orderSeed: ' ' }, own).config).not.toHaveProperty('orderSeed')
  })

  test('has an optimizer’s usual rates when the optimizer is another one', () => {
    expect(readForm(form({ optimizer: 'momentum' }), base).config?.optimizer).toEqual({ kind: 'momentum', learningRate: 0.1, momentum: 0.9 })
  })
})

describe('the last layer', () => {
  test('has one output for each class of the dataset', () => {
    const dataset = infoOf({ id: 'shapes', rows: 20, columns: 30, classes: 7, train: 100, test: 10 })
    const { config, shapes } = readForm(form({ layers: perceptron('40') }), { ...base, dataset })
    expect(config?.network.layers.at(-1)).toEqual({ kind: 'affine', units: 7 })
    expect([shapes, config?.dataset]).toEqual([[[40], [40], [7]], 'shapes'])
  })

  test('moved forward, has the number that was typed', () => {
    expect(readForm(form({ layers: rows(['affine', '10'], ['affine', '33'], ['relu']) }), base).shapes).toEqual([[10], [33], [33]])
  })
})

describe('the shapes between the layers', () => {
  test('are known as far as the layers are valid', () => {
    expect(readForm(form({ layers: rows(['affine', '100'], ['batchNormalization'], ['dropout', '0.2'], ['affine', '10']) }), base).shapes).toEqual([[100], [100], [100], [10]])
    expect(readForm(form({ layers: rows(['affine', '100'], ['dropout', '1'], ['affine', '10']) }), base).shapes).toEqual([[100], null, null])
  })
})

describe('an impossible layer is named at its place', () => {
  test.each<[string, string, string]>([
    ['affine', '0', 'layer.1.units'], ['affine', 'abc', 'layer.1.units'], ['affine', '4097', 'layer.1.units'],
    ['dropout', '1', 'layer.1.rate'], ['dropout', '-0.1', 'layer.1.rate'], ['dropout', '', 'layer.1.rate'],
  ])('%s %s', (kind, text, place) => {
    expect(errorsOf({ layers: rows(['relu'], [kind, text], ['affine', '10']) })).toEqual({ config: null, errors: { [place]: ['network.setting', 2] } })
  })

  test('a last layer without an output for each class', () => {
    expect(errorsOf({ layers: chain('affine 10, affine 30, relu') }).errors).toEqual({ 'layer.2': ['network.outputs', undefined] })
  })

  test('batch normalization with mini-batches of one image, at the batch size', () => {
    expect(errorsOf({ layers: chain('affine 20, batchNormalization, affine 10'), batchSize: '1' }).errors).toEqual({ batchSize: ['network.batchSize', 2] })
  })

  test('no layer at all, and too many', () => {
    expect(errorsOf({ layers: [] }).errors).toEqual({ layers: ['network.layers', undefined] })
    const many = Array.from({ length: limits.layers }, (): LayerSpec => ({ kind: 'relu' }))
    expect(errorsOf({ layers: rowsOf([...many, { kind: 'affine', units: 10 }]) }).errors).toEqual({ layers: ['network.layers', undefined] })
  })

  test('layers that are only too large together', () => {
    const { config, errors } = readForm(form({ layers: perceptron('4096', '4096', '4096') }), base)
    expect(config).toBeNull()
    expect(errors.layers?.code).toBe('config.parameters')
  })
})

describe('invalid settings', () => {
  test.each([
    ['0', '0'], ['-1', '-1'], ['−1', '-1'], ['1e9', '1000000000'], ['3.5', '3.5'], ['abc', '"abc"'], ['', '–'], ['0x10', '"0x10"'], ['4097', '4097'],
  ])('a hidden size of %j: reported with what was found', (text, found) => {
    const layers = perceptron('50', text)
    const { config, errors } = readForm(form({ layers }), base)
    expect(config).toBeNull()
    expect(errors).toEqual({ [`layer.${layers[2]!.id}.units`]: expect.objectContaining({ code: 'network.setting', details: { found, kind: 'affine', setting: 'units', wanted: `1, 2, …, ${limits.units}`, layer: 3 } }) as unknown })
  })

  test.each([
    ['learningRate', '0', 'config.learningRate'], ['learningRate', '-0.1', 'config.learningRate'], ['learningRate', 'NaN', 'config.learningRate'],
    ['learningRate', '0,1,2', 'config.learningRate'], ['learningRate', '101', 'config.learningRate'],
    ['batchSize', '0', 'config.batchSize'], ['batchSize', '1.5', 'config.batchSize'], ['seed', '-1', 'config.seed'], ['seed', '4294967296', 'config.seed'],
    ['orderSeed', '1.5', 'config.orderSeed'], ['weightDecay', '-1', 'config.weightDecay'], ['validation', '0.6', 'config.validation'], ['validation', 'half', 'config.validation'],
  ] as const)('%s %j', (name, text, code) => {
    const { config, errors } = readForm(form({ [name]: text }), base)
    expect(config).toBeNull()
    expect(Object.entries(errors).map(([field, error]) => [field, error?.code])).toEqual([[name, code]])
  })

  test('of an optimizer: the rate that is wrong', () => {
    const { errors } = readForm(form({ optimizer: 'adam', rates: { ...form().rates, 'adam.beta2': '1' } }), base)
    expect(Object.entries(errors).map(([field, error]) => [field, error?.code, error?.details['rate']])).toEqual([['rate.beta2', 'config.rate', 'beta2']])
  })

  test('several fields at once: each gets its own sentence', () => {
    expect(Object.keys(errorsOf({ layers: perceptron('x'), learningRate: 'y', batchSize: 'z' }).errors).sort()).toEqual(['batchSize', 'layer.0.units', 'learningRate'])
  })
})

describe('the rows of the layers', () => {
  test('of a perceptron are its hidden sizes, whatever was typed', () => {
    const hidden = perceptron('20', 'many')
    expect(isPerceptron(hidden, 'softmaxWithLoss')).toBe(true)
    expect(hiddenRows(hidden).map(({ row, setting }) => row.texts[`${row.kind}.${setting.name}`])).toEqual(['20', 'many'])
    expect(isPerceptron(hidden, 'identityWithLoss')).toBe(false)
    expect(isPerceptron(chain('affine 20, dropout 0.5, affine 10'), 'softmaxWithLoss')).toBe(false)
  })

  test('keep a number for each kind that they had', () => {
    const [row] = rows(['affine', '77'])
    const other = { ...row!, kind: 'dropout' }
    setText(other, settingsOf(other)[0]!, '0.4')
    expect({ ...other, kind: 'affine' }.texts).toEqual({ 'affine.units': '77', 'dropout.rate': '0.4' })
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
