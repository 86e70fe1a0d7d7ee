import { LabError, type RunEvent, sharedEvents, type SettingsChange, twinStart } from '@core'
import { describe, expect, test } from 'vitest'
import { recordWith } from '../../fixtures/recorded-run'
import { configOf } from '../../fixtures/training'

const run = recordWith({ config: configOf('affine 5, relu, dropout 0.3, affine 6'), events: [{ step: 10, change: { optimizer: { kind: 'momentum', learningRate: 0.2 } } }] })
const { learningRate } = run.config.optimizer
const start = (step: number, change: SettingsChange) => twinStart(run, { step, change })
const refused = (step: number, change: SettingsChange): unknown => {
  try { return start(step, change) }
  catch (cause) { return cause instanceof LabError ? [cause.code, cause.details] : cause }
}

describe('a twin', () => {
  test('begins with the one thing that differs, however much else is named', () => {
    expect(start(0, { optimizer: { kind: 'sgd', learningRate: 0.5 }, weightDecay: run.config.weightDecay })).toEqual({ step: 0, change: { optimizer: { learningRate: 0.5 } } })
    expect(start(10, { optimizer: { kind: 'momentum', learningRate: 0.2, momentum: 0.5 } })).toEqual({ step: 10, change: { optimizer: { momentum: 0.5 } } })
    expect(start(0, { weightDecay: 0.01 })).toEqual({ step: 0, change: { weightDecay: 0.01 } })
    expect(start(0, { layers: { dropout1: { rate: 0.5 } } })).toEqual({ step: 0, change: { layers: { dropout1: { rate: 0.5 } } } })
  })

  test('counts another optimizer and its rates as one thing', () => {
    const change = { optimizer: { kind: 'adam', learningRate: 0.001 } } as const
    expect(start(0, change)).toEqual({ step: 0, change })
  })

  test.each<[string, number, SettingsChange, number]>([
    ['nothing', 0, {}, 0],
    ['what it has already', 0, { optimizer: { learningRate } }, 0],
    ['what it has already at that step', 10, { optimizer: { kind: 'momentum', learningRate: 0.2 } }, 0],
    ['two rates', 10, { optimizer: { learningRate: 0.1, momentum: 0.5 } }, 2],
    ['an optimizer and weight decay', 0, { optimizer: { kind: 'adam' }, weightDecay: 0.1 }, 2],
    ['a rate and a layer', 0, { optimizer: { learningRate: 0.5 }, layers: { dropout1: { rate: 0.5 } } }, 2],
  ])('does not begin with %s', (_, step, change, found) => {
    expect(refused(step, change)).toEqual(['twin.one', { found }])
  })

  test.each<SettingsChange>([{ batchSize: 10 }, { orderSeed: 3 }, { batchSize: 10, weightDecay: 0.1 }])('does not begin with other batches: %j', (change) => {
    expect(refused(0, change)).toEqual(['twin.batches', {}])
  })
})

describe('the changes that a twin shares with the other run', () => {
  const shared = (own: SettingsChange, ...changes: readonly SettingsChange[]): readonly SettingsChange[] =>
    sharedEvents(changes.map((change, i): RunEvent => ({ step: 20 + i, change })), { step: 5, change: own }).map(({ change }) => change)

  test('include the images that were taught, whatever the twin has of its own', () => {
    const taught: RunEvent = { step: 8, change: {}, taught: { pixels: '00ff', label: 1, times: 2 } }
    expect(sharedEvents([taught, { ...taught, step: 5 }], { step: 5, change: { weightDecay: 0.1 } })).toEqual([taught])
  })

  test('are those after its beginning', () => {
    const events: readonly RunEvent[] = [4, 5, 6].map(step => ({ step, change: { batchSize: step } }))
    expect(sharedEvents(events, { step: 5, change: { weightDecay: 0.1 } })).toEqual([events[2]])
  })

  test('leave out its own thing, and keep what comes with it', () => {
    expect(shared({ optimizer: { learningRate: 0.01 } }, { optimizer: { learningRate: 0.2 } }, { optimizer: { learningRate: 0.3, momentum: 0.8 }, batchSize: 20 }))
      .toEqual([{ optimizer: { momentum: 0.8 }, batchSize: 20 }])
    expect(shared({ weightDecay: 0.1 }, { weightDecay: 0.2 }, { weightDecay: 0, orderSeed: 4 })).toEqual([{ orderSeed: 4 }])
    expect(shared({ layers: { dropout1: { rate: 0.1 } } }, { layers: { dropout1: { rate: 0.2 } } }, { layers: { dropout1: { rate: 0.3 }, dropout2: { rate: 0.3 } } }))
      .toEqual([{ layers: { dropout2: { rate: 0.3 } } }])
  })

  test('are none of the optimizer’s for another optimizer', () => {
    expect(shared({ optimizer: { kind: 'adam' } }, { optimizer: { learningRate: 0.2 } }, { optimizer: { kind: 'momentum' }, weightDecay: 0.1 })).toEqual([{ weightDecay: 0.1 }])
  })
})
