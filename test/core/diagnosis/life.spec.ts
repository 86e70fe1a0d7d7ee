import { describe, expect, test } from 'vitest'
import { createReferenceOps, type Finding, type RuleId, type RunConfig, Trainer, Watch } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { runConfig } from '../../fixtures/run-config'
import { active, activity } from './evidence-of'

const dataset = smallDataset()
const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })

function watched(changes: Partial<RunConfig> = {}) {
  let trainer = new Trainer({ ...config, ...changes }, dataset, { ops: createReferenceOps('float32') })
  const watch = new Watch(trainer)
  return {
    watch,
    find: (id: RuleId): Finding | undefined => watch.findings.find(({ rule }) => rule === id),
    /** Learns a step whose update was of this many times the size of the weights before it; left out: as it was */
    learn(ratio?: number) {
      trainer.learn()
      // (1 − s) W ÷ s W = ratio for weights before of s W
      if (ratio !== undefined) for (const { slot: { value, before } } of trainer.model.params) before!.data.set(value.data.map(w => w / (1 + ratio)))
      watch.learned(trainer)
      return trainer.step
    },
    /** An evaluation in which this share of ReLU's units was dead. @param train accuracy */
    evaluate(step: number, dead: number, train = 0.5) { watch.evaluated(active(step, [activity('relu1', { dead })], { train })) },
    change(learningRate: number) {
      trainer = trainer.change({ optimizer: { learningRate } })
      watch.changed(trainer)
    },
  }
}

describe('a finding of evaluations', () => {
  test('begins with the second in a row, keeps its first step while its numbers are renewed, and ends after two without it', () => {
    const { find, evaluate } = watched()
    const lived: unknown[] = []
    for (const [step, dead] of [[0, 0], [300, 0.4], [600, 0.4], [700, 0.41], [800, 0.5], [900, 0.95], [1000, 0], [1100, 0.95], [1200, 0], [1300, 0], [1400, 0.95]] as const) {
      evaluate(step, dead)
      const found = find('deadUnits')
      lived.push(found ? [step, found.severity, found.step, found.at, found.facts['dead']] : [step])
    }
    expect(lived).toEqual([
      [0], [300], [600, 'warn', 300, 600, 40], [700, 'warn', 300, 700, 41],
      [800, 'warn', 300, 800, 50], [900, 'broken', 300, 900, 95], [1000, 'broken', 300, 900, 95], [1100, 'broken', 300, 900, 95],
      [1200, 'broken', 300, 900, 95], [1300], [1400], // and begins anew
    ])
  })

  test('of the first 1,000 steps is the latest one; later the same number is measured anew after 1,000 steps', () => {
    const { find, evaluate } = watched()
    const ats: unknown[] = []
    for (const [step, dead] of [[0, 0], [300, 0.4], [600, 0.4], [800, 0.4], [1799, 0.41], [1800, 0.41], [2000, 0.41], [2800, 0.41]] as const) {
      evaluate(step, dead)
      ats.push(find('deadUnits')?.at)
    }
    expect(ats).toEqual([undefined, undefined, 600, 800, 800, 1800, 1800, 2800]) // 0.41 is no other number
  })

  test('compares with half of the steps before: a network that became better since then is left alone', () => {
    const { find, evaluate } = watched()
    for (const [step, train] of [[0, 0.1], [100, 0.3], [200, 0.5], [300, 0.505], [399, 0.505]] as const) evaluate(step, 0.4, train)
    expect(find('deadUnits')).toBeUndefined() // 0.505 is no better than 0.5 at step 200, but than 0.3 at step 100
    for (const step of [400, 450]) evaluate(step, 0.4, 0.505)
    expect(find('deadUnits')).toMatchObject({ step: 400 })
  })

  test('of the start is about the first evaluation, whatever the later ones are', () => {
    const { watch, find } = watched()
    const begun = active(0, [])
    watch.evaluated({ ...begun, train: { ...begun.train, loss: 50 } })
    expect(find('startLoss')).toBeUndefined()
    watch.evaluated(active(1, []))
    expect(find('startLoss')).toMatchObject({ severity: 'warn', step: 0, at: 1, number: 50 })
  })

  test('stays when a setting is changed, since its numbers were measured; its advice is that of the new settings', () => {
    const { find, learn, evaluate, change } = watched()
    for (let step = 0; step <= 100; step = learn()) if (step % 50 === 0) evaluate(step, step === 0 ? 0 : 0.95)
    expect(find('deadUnits')).toMatchObject({ step: 50, at: 100, facts: { dead: 95 } })
    change(3)
    expect(find('deadUnits')).toMatchObject({ step: 50, at: 100, facts: { dead: 95 } })
    expect(find('deadUnits')!.cure).toEqual({ kind: 'new', config: { ...config, optimizer: { ...config.optimizer, learningRate: 0.04 } } }) // the usual one of mini-batches of 20
  })
})

describe('a finding of steps', () => {
  test('becomes worse, keeps its first step, and ends after three observed steps without it', () => {
    const { find, learn } = watched()
    const lived: unknown[] = []
    for (let i = 1; i <= 20; i++) {
      const step = learn(i <= 6 ? 9 : i <= 8 ? 99 : undefined)
      const found = find('stepTooLarge')
      lived.push(found ? [step, found.severity, found.step, found.at] : [step])
    }
    // medians need five steps; those of the present are of three
    expect(lived.slice(0, 11)).toEqual([[1], [2], [3], [4], [5, 'warn', 5, 5], [6, 'warn', 5, 6], [7, 'warn', 5, 7], [8, 'broken', 5, 8], [9, 'broken', 5, 9], [10, 'broken', 5, 9], [11, 'broken', 5, 9]])
    expect(lived.at(-1)).toEqual([20, 'broken', 5, 9]) // steps 10 and 20 are observed without it, and no step between them
  })

  test('is over at once when a change of the settings mends it, and comes back only with new observations', () => {
    const { find, learn, change } = watched()
    for (let i = 1; i <= 6; i++) learn(9)
    expect(find('stepTooLarge')).toBeDefined()
    change(0.01)
    expect(find('stepTooLarge')).toBeUndefined()
    for (let i = 1; i <= 4; i++) learn(9)
    expect(find('stepTooLarge')).toBeUndefined()
    learn(9)
    expect(find('stepTooLarge')).toMatchObject({ step: 11 })
  })

  test('is named as the cause of what it left behind, after it is over', () => {
    const { find, learn, evaluate } = watched()
    evaluate(0, 0)
    for (let i = 1; i <= 6; i++) learn(9)
    for (let i = 7; i <= 50; i++) learn()
    for (const step of [300, 600]) evaluate(step, 0.95)
    expect(find('stepTooLarge')).toBeUndefined()
    expect(find('deadUnits')).toMatchObject({ facts: { cause: 'stepTooLarge', causeStep: 5, causeRate: 0.1 } })
    expect(find('deadUnits')!.explainedBy).toBeUndefined()
  })
})
