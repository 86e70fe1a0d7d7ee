import { differingSettings, epochsAt, type RunEvent, type RunRecord, settingChanges } from '@core'
import { describe, expect, test } from 'vitest'
import { recordWith } from '../../fixtures/recorded-run'
import { configOf } from '../../fixtures/training'

const layers = 'affine 5, relu, affine 6'
const withConfig = (more: object, events: readonly RunEvent[] = []): RunRecord => recordWith({ config: configOf(layers, more), events })
const named = (runs: readonly RunRecord[]) => Object.fromEntries(differingSettings(runs).map(({ name, values }) => [name, values]))
const since = (value: string | number, step = 0) => ({ step, value })

describe('the settings that a run changed on its way', () => {
  test('are named with their value before and after, change by change', () => {
    const events: RunEvent[] = [{ step: 40, change: { optimizer: { learningRate: 0.5 } } }, { step: 60, change: { optimizer: { kind: 'momentum' }, batchSize: 10 } }, { step: 60, change: { batchSize: 10 } }]
    const { optimizer: { learningRate }, batchSize } = configOf(layers)
    expect(settingChanges(withConfig({}, events))).toEqual([
      { step: 40, name: 'learningRate', before: learningRate, after: 0.5 },
      { step: 60, name: 'optimizer', before: 'sgd', after: 'momentum' },
      { step: 60, name: 'rate.momentum', before: null, after: 0.9 },
      { step: 60, name: 'batchSize', before: batchSize, after: 10 },
    ])
    expect(settingChanges(withConfig({}))).toEqual([])
  })
})

describe('the settings that differ', () => {
  test('are none for the same recipe', () => {
    expect(differingSettings([recordWith(), recordWith({ name: 'Second', note: 'other', pinned: true })])).toEqual([])
  })

  test('are only those, with the value of each run', () => {
    expect(named([withConfig({ seed: 5 }), withConfig({ seed: 6, batchSize: 10 }), withConfig({ seed: 5 })])).toEqual({
      seed: [[since(5)], [since(6)], [since(5)]],
      batchSize: [[since(30)], [since(10)], [since(30)]],
    })
  })

  test('name the images that one run was taught, by their class', () => {
    const taught = (step: number, label: number, times: number): RunEvent => ({ step, change: {}, taught: { pixels: '', label, times } })
    const classes = ['null', 'one', 'two', 'three', 'four', 'five']
    const runs = [withConfig({}), { ...withConfig({}, [taught(40, 2, 10), taught(40, 2, 1)]), classes }]
    expect(named(runs)).toEqual({ taught: [[], [since('two × 10', 40), since('two × 1', 40)]] })
    expect(settingChanges(runs[1]!), 'no setting changed').toEqual([])
  })

  test('have the rates of one optimizer, which another does not have', () => {
    const found = named([withConfig({ optimizer: { kind: 'sgd', learningRate: 0.1 } }), withConfig({ optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 0.8 } })])
    expect(found).toEqual({ 'optimizer': [[since('sgd')], [since('momentum')]], 'rate.momentum': [[], [since(0.8)]] })
  })

  test('name the network as text, where weights come from and what computed them', () => {
    const other = { ...recordWith({ config: configOf('affine 4, sigmoid, affine 6') }), fromSeed: false, backend: 'wasm-simd' }
    expect(named([recordWith({ backend: 'wasm-wide-simd' }), other])).toEqual({
      layers: [[since(layers)], [since('affine 4, sigmoid, affine 6')]], weights: [[since('seed')], [since('file')]], backend: [[since('wasm-wide-simd')], [since('wasm-simd')]],
    })
  })

  test('have the changes on the way, the last one of a step', () => {
    const events: RunEvent[] = [{ step: 40, change: { optimizer: { learningRate: 0.5 } } }, { step: 40, change: { optimizer: { learningRate: 0.05 } } }, { step: 60, change: { batchSize: 30 } }]
    const rate = configOf(layers).optimizer.learningRate
    expect(named([withConfig({}), withConfig({}, events)])).toEqual({ learningRate: [[since(rate)], [since(rate), since(0.05, 40)]] })
  })

  test('tell datasets of the same name apart by their files', () => {
    const { dataset } = recordWith()
    const other = { ...dataset, sha256: { ...dataset.sha256, trainImages: '3'.repeat(64) } }
    expect(named([recordWith(), recordWith({ dataset: other })])).toEqual({ dataset: [[since(`${dataset.name} (11111111)`)], [since(`${dataset.name} (33333333)`)]] })
    expect(named([recordWith(), recordWith({ dataset: { ...other, name: 'Other' } })])).toEqual({ dataset: [[since(dataset.name)], [since('Other')]] })
  })
})

describe('epochs', () => {
  test('count the part of the one that has begun', () => {
    const { dataset: { counts: { train } } } = recordWith()
    expect([...epochsAt(recordWith(), [0, 1, Math.ceil(train / 30), Math.ceil(train / 30) + 1])]).toEqual([0, 30 / train, 1, 1 + 30 / train])
  })

  test('follow another batch size, and a new order begins one', () => {
    const { dataset: { counts: { train } } } = recordWith()
    const course = withConfig({}, [{ step: 2, change: { batchSize: 10 } }, { step: 4, change: { orderSeed: 9 } }])
    expect([...epochsAt(course, [1, 2, 3, 4, 5])]).toEqual([30 / train, 60 / train, 70 / train, 1, 1 + 10 / train])
  })

  test('go on from the step of a file', () => {
    const { dataset: { counts: { train } } } = recordWith()
    expect([...epochsAt({ ...recordWith(), firstStep: 3 }, [3, 4])]).toEqual([90 / train, 120 / train])
  })
})
