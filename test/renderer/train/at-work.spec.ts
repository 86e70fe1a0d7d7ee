import { checkRunConfig, defaultConfig, mnist, parseLayers, withChange } from '@core'
import { describe, expect, test } from 'vitest'
import { liveChange, pendingOf } from '../../../renderer/train/at-work'
import { type ConfigForm, readForm, toForm } from '../../../renderer/train/config-form'
import { rowsOf, setText, settingsOf } from '../../../renderer/train/layer-rows'

const chain = 'affine 30, batchNormalization, relu, dropout 0.2, affine 20, relu, dropout 0.5, affine 10'
const config = checkRunConfig({ ...defaultConfig, network: { layers: parseLayers(chain), loss: 'softmaxWithLoss' }, optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 0.9 } })
const base = { config, dataset: mnist }

/** A form in which something was typed. */
function typed(patch: Partial<ConfigForm>, edit: (form: ConfigForm) => void = () => undefined) {
  const form = { ...toForm(base), ...patch }
  edit(form)
  const pending = pendingOf(form, base)
  const { errors } = readForm(form, base)
  const live = liveChange(form, base, pending, errors)
  return { form, pending, change: live?.change ?? null, fields: live?.fields ?? [], errors }
}
const setIn = (at: number, text: string) => (form: ConfigForm) => { setText(form.layers[at]!, settingsOf(form.layers[at]!)[0]!, text) }

describe('a field whose value is not at work', () => {
  test('does not occur in an untouched form, nor after the same number in another spelling', () => {
    expect(typed({}).pending).toEqual({})
    expect(typed({ learningRate: ' 1e-1', batchSize: '100.', validation: '0 %' }, setIn(3, '20 %')).pending).toEqual({})
  })

  test.each<[Partial<ConfigForm>, object]>([
    [{ learningRate: '0.2' }, { learningRate: '0.1' }],
    [{ learningRate: 'fast' }, { learningRate: '0.1' }],
    [{ batchSize: '' }, { batchSize: '100' }],
    [{ orderSeed: '0' }, { orderSeed: '' }],
    [{ loss: 'identityWithLoss', init: 'xavier', optimizer: 'sgd', weightDecay: '1e-4', validation: '0.1', seed: '2' }, { loss: 'softmaxWithLoss', init: 'he', optimizer: 'momentum', weightDecay: '0', validation: '0', seed: '1' }],
    [{ rates: { ...toForm(base).rates, 'momentum.momentum': '0.5', 'adam.beta1': '0.1' } }, { 'rate.momentum': '0.9' }],
  ])('is named with the value that is: %j', (patch, pending) => {
    expect(typed(patch).pending).toEqual(pending)
  })

  test('of a layer, is named at the layer', () => {
    const { form, pending } = typed({}, setIn(3, '0.3'))
    expect(pending).toEqual({ [`layer.${form.layers[3]!.id}.rate`]: '0.2' })
  })

  test('is the whole list where other layers are at work', () => {
    expect(typed({ layers: rowsOf(parseLayers('affine 50, relu, affine 10')) }).pending).toEqual({ layers: chain })
  })
})

describe('what a run takes over as it goes on', () => {
  test.each<[string, Partial<ConfigForm>, object]>([
    ['the learning rate', { learningRate: '0.01' }, { optimizer: { kind: 'momentum', learningRate: 0.01, momentum: 0.9 } }],
    ['another rate of the optimizer', { rates: { ...toForm(base).rates, 'momentum.momentum': '0' } }, { optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 0 } }],
    ['another optimizer with its own rates', { optimizer: 'rmsprop', learningRate: '0.001' }, { optimizer: { kind: 'rmsprop', learningRate: 0.001, decay: 0.99, epsilon: 1e-7 } }],
    ['batch size, weight decay and order', { batchSize: '50', weightDecay: '1e-4', orderSeed: '3' }, { batchSize: 50, weightDecay: 1e-4, orderSeed: 3 }],
  ])('%s', (_, patch, wanted) => {
    const { change } = typed(patch)
    expect(change).toEqual(wanted)
    expect(() => withChange(config, change!, [784])).not.toThrow()
  })

  test('the rate of each dropout layer, by the layer’s name', () => {
    const { change } = typed({}, (form) => {
      setIn(3, '0.3')(form)
      setIn(6, '0.4')(form)
    })
    expect(change).toEqual({ layers: { dropout1: { rate: 0.3 }, dropout2: { rate: 0.4 } } })
    expect(withChange(config, change!, [784]).network.layers[6]).toEqual({ kind: 'dropout', rate: 0.4 })
  })

  test('is named by its fields, without those that wait for a new network', () => {
    const { form, fields } = typed({ learningRate: '0.2', loss: 'identityWithLoss', seed: '2' }, (form) => {
      setIn(0, '31')(form)
      setIn(3, '0.3')(form)
    })
    expect(fields).toEqual(['learningRate', `layer.${form.layers[3]!.id}.rate`])
  })

  test('is nothing of layers, loss, initialization, seed and validation, which belong to a new network', () => {
    expect(typed({ loss: 'identityWithLoss', init: 'xavier', seed: '2', validation: '0.1' }, setIn(0, '31')).change).toBeNull()
    expect(typed({ layers: rowsOf(parseLayers('affine 30, dropout 0.4, affine 10')) }).change).toBeNull()
  })

  test('leaves what belongs to a new network, even if that is wrong', () => {
    expect(typed({ learningRate: '0.2', seed: 'x' }, setIn(0, 'many')).change).toEqual({ optimizer: { kind: 'momentum', learningRate: 0.2, momentum: 0.9 } })
  })

  test.each<[Partial<ConfigForm>]>([[{ learningRate: '0' }], [{ learningRate: '0.2', batchSize: '1' }], [{ batchSize: '50', weightDecay: '-1' }]])('is nothing while one of its values is invalid: %j', (patch) => {
    expect(typed(patch).change).toBeNull()
  })

  test('an order without a seed of its own needs a new network', () => {
    const own = { ...base, config: checkRunConfig({ ...config, orderSeed: 4 }) }
    const form = { ...toForm(own), orderSeed: '' }
    expect([pendingOf(form, own), liveChange(form, own, pendingOf(form, own), {})]).toEqual([{ orderSeed: '4' }, null])
  })
})
