import { checkpointOf, createReferenceOps, type Dataset, parseLayers, type RuleId, type RunConfig, Trainer, writeWeights } from '@core'
import { expect, test } from 'vitest'
import { fromRecord } from '../../../electron/worker/recorded'
import { fromConfig, fromWeights, Run, type RunPlan } from '../../../electron/worker/run'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const small = smallDataset()
const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const ops = createReferenceOps('float32')
const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })
const withRate = (learningRate: number): RunConfig => ({ ...config, optimizer: { ...config.optimizer, learningRate } })
const deep = (activation: string): RunConfig => ({ ...config, init: 'small', network: { layers: parseLayers(`${`affine 12, ${activation}, `.repeat(4)}affine 6`), loss: 'softmaxWithLoss' } })

function runOf(plan: RunPlan) {
  const run = new Run(plan, new FakeClock(), () => undefined)
  const evaluate = (kind: 'start' | 'epoch') => {
    run.evaluations.request(run.trainer.step, kind)
    run.evaluations.advance(run.trainer.step, false, () => false)
  }
  const learn = (steps: number) => {
    for (let i = 0; i < steps; i++) run.learn()
    evaluate('epoch')
  }
  evaluate('start')
  return { run, learn, rules: (): readonly RuleId[] => run.findings.map(({ rule }) => rule) }
}

test('a rewound run has no findings of the steps that are gone, and finds the same again', () => {
  const { run, learn, rules } = runOf(fromConfig(withRate(60), { dataset, ops }))
  learn(30)
  const found = rules()
  expect(found).toContain('exploding')
  run.rewind()
  expect(run.findings).toEqual([])
  run.evaluations.request(0, 'start')
  run.evaluations.advance(0, false, () => false)
  learn(30)
  expect(rules()).toEqual(found)
})

test('an opened file’s weights are judged as they are, and a new run draws others from the seed', () => {
  const trainer = new Trainer(config, dataset, { ops })
  const weights = trainer.weights({ version: '1.2.3' })
  const killed = { ...weights, tensors: weights.tensors.map(({ path, data, ...rest }) => ({ ...rest, path, data: path === 'affine1.b' ? data.map(() => -100) : data })) }
  const { run, learn, rules } = runOf(fromWeights({ name: 'dead.safetensors', bytes: writeWeights(killed) }, { dataset, ops }))
  expect(rules()).toEqual([])
  learn(1)
  learn(1)
  expect(run.findings[0]).toMatchObject({ rule: 'deadUnits', severity: 'broken', layer: 'relu1', facts: { dead: 8, of: 8 }, cure: { kind: 'new', config: { seed: config.seed, init: 'he' } } })
})

test.each<[string, RuleId, boolean]>([['sigmoid', 'vanishing', true], ['relu', 'startVariance', false]])('a run of %s layers that is continued from its checkpoint is judged by its present steps, not by a start that was not seen: %s %s', (activation, rule, isFound) => {
  const first = runOf(fromConfig(deep(activation), { dataset, ops }))
  first.learn(20)
  expect(first.rules()).toContain(rule)
  const checkpoint = checkpointOf(first.run.trainer, { version: '1.2.3' })
  const again = runOf(fromRecord({ checkpoint, name: 'a', step: 20, origin: { from: 'seed' }, parent: null, events: [], firstLoss: 1, losses: new Float32Array(20).fill(NaN), evaluations: [] }, { dataset, ops }, { differsAt: null }))
  expect(again.rules()).toEqual([])
  again.learn(10)
  expect(again.rules().includes(rule)).toBe(isFound)
  expect(again.run.findings.filter(({ step }) => step <= 20)).toEqual([])
})

test('a setting that is changed in mid-run mends what it can, and leaves what was measured', () => {
  const { run, learn, rules } = runOf(fromConfig(withRate(1e-7), { dataset, ops }))
  learn(20)
  expect(rules()).toEqual(['stepTooSmall'])
  run.change({ optimizer: { learningRate: 0.1 } }, 1e9)
  expect(rules()).toEqual([])
  learn(20)
  expect(rules()).toEqual([])

  const spoiled = runOf(fromConfig(withRate(60), { dataset, ops }))
  for (let i = 0; i < 4; i++) spoiled.learn(25)
  const dead = spoiled.run.findings.find(({ rule }) => rule === 'deadUnits')!
  spoiled.run.change({ optimizer: { learningRate: 0.1 } }, 1e9)
  const [now] = spoiled.run.findings
  expect(now).toMatchObject({ rule: 'deadUnits', step: dead.step, facts: { causeRate: 60 } })
  expect(now!.cure).toEqual({ kind: 'new', config: withRate(0.04) }) // 0.1 × √(20 ÷ 100), for the small mini-batches
})
