import { checkOptimizer, checkRunConfig, checkpointOf, hexOf, optimizers, parseLayers, Random, replayedStep, type RunConfig, stageView, Trainer, writeWeights, xrayCell } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fastOps } from '../../fixtures/fast-ops'
import { runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'

const dataset = smallDataset()
const configOf = (patch: Partial<RunConfig> = {}): RunConfig => checkRunConfig({
  ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20, weightDecay: 0.01 }),
  network: { layers: parseLayers('affine 9, batchNormalization, relu, dropout 0.3, affine 6'), loss: 'softmaxWithLoss' }, ...patch,
})
const begin = (config: RunConfig) => new Trainer(config, dataset, { ops: fastOps() })
/** The whole state between two steps, to the bit: parameters, buffers, optimizer and position. */
const stateOf = (trainer: Trainer) => {
  const { position, loss, updates, tensors } = trainer.betweenSteps(() => trainer.snapshot())
  return { position, loss, updates, tensors: tensors.map(({ path, data }) => [path, [...new Uint32Array(data.buffer)]]) }
}
const advance = (trainer: Trainer, stages: number) => { for (let i = 0; i < stages; i++) trainer.advance() }

describe('a run that is computed stage by stage', () => {
  type Action = 'layers' | 'learn' | 'finish' | 'look' | 'save' | 'rates' | 'batch' | 'teach'
  const actions = fc.array(fc.record({ action: fc.constantFrom<Action>('layers', 'layers', 'layers', 'learn', 'finish', 'look', 'save', 'rates', 'batch', 'teach'), n: fc.integer({ min: 1, max: 25 }) }), { minLength: 3, maxLength: 14 })
  const image = { pixels: hexOf(Uint8Array.from({ length: 12 }, (_, i) => 20 * i)), label: 2, times: 1 }

  test('has the same bits as at full speed, in whatever order it is advanced, learned, looked at, saved, changed and taught', () => {
    fc.assert(fc.property(fc.constantFrom(...optimizers), actions, (kind, list) => {
      let slow = begin(configOf({ optimizer: checkOptimizer({ kind, learningRate: 0.01 }) }))
      let fast = begin(configOf({ optimizer: checkOptimizer({ kind, learningRate: 0.01 }) }))
      const catchUp = (step: number) => { while (fast.step < step) fast.learn() }
      for (const { action, n } of list) {
        if (action === 'layers') advance(slow, n)
        else if (action === 'learn') slow.learn()
        else if (action === 'finish') slow.finishStep()
        else if (action === 'look') {
          stageView(slow, null)
          if (slow.replayable && slow.replayable.from.position.step <= slow.replayable.step) replayedStep(slow).dispose()
        }
        else if (action === 'save') slow.betweenSteps(() => { writeWeights(slow.weights({ version: '1', evaluation: null })) })
        else {
          slow.finishStep()
          catchUp(slow.step)
          const event = { change: action === 'rates' ? { optimizer: { learningRate: 0.001 * n } } : action === 'batch' ? { batchSize: 5 + n } : {}, ...action === 'teach' && { taught: image } }
          slow = slow.repeat(event)
          fast = fast.repeat(event)
        }
        catchUp(slow.step)
        expect(stateOf(slow)).toEqual(stateOf(fast))
      }
      slow.finishStep()
      catchUp(slow.step)
      expect(stateOf(slow)).toEqual(stateOf(fast))
    }), { seed: 19, numRuns: 40 })
  })
})

describe('a step that has begun', () => {
  const random = new Random(3)
  const stages = 5 + 1 + 5 + 1 + 6

  test.each(Array.from({ length: stages }, (_, i) => i + 1))('leaves the state before it readable after %i stages: nothing of it is in weights, checkpoints and snapshots', (n) => {
    const trainer = begin(configOf({ optimizer: checkOptimizer({ kind: 'adam', learningRate: 0.01 }) }))
    for (let i = 1 + random.integer(4); i > 0; i--) trainer.learn()
    const before = stateOf(trainer)
    const bytes = writeWeights(trainer.weights({ version: '1', evaluation: null }))
    advance(trainer, n)
    expect(trainer.progress).toMatchObject({ done: n, of: stages })
    expect(trainer.hasBegun).toBe(n < stages)
    if (n === stages) return
    expect(stateOf(trainer)).toEqual(before)
    expect(trainer.betweenSteps(() => writeWeights(trainer.weights({ version: '1', evaluation: null })))).toEqual(bytes)
    expect(trainer.betweenSteps(() => checkpointOf(trainer, { version: '1' }).snapshot.position)).toEqual(before.position)
    expect(trainer.progress).toMatchObject({ done: n, of: stages })
  })

  test('is shown by the X-ray as a whole, computed to its end beside the run', () => {
    const [trainer, whole] = [begin(configOf()), begin(configOf())]
    for (const n of [1, 8, 15]) {
      advance(trainer, n)
      whole.learn()
      const source = replayedStep(trainer)
      expect([source.step, source.loss]).toEqual([whole.step, whole.loss])
      expect(source.model.params.map(({ slot }) => [...slot.value.data])).toEqual(whole.model.params.map(({ slot }) => [...slot.value.data]))
      trainer.finishStep()
    }
  })

  test('ends with a loss that is not finite, at the layer that computed it, as at full speed', () => {
    const config = configOf({ network: { layers: parseLayers('affine 9, relu, affine 6'), loss: 'identityWithLoss' }, optimizer: checkOptimizer({ kind: 'sgd', learningRate: 10 }) })
    const [slow, fast] = [begin(config), begin(config)]
    while (!fast.divergence) fast.learn()
    const losses: (number | null)[] = []
    while (!slow.divergence) losses.push(slow.advance())
    expect([slow.divergence, slow.nonFinite, slow.step]).toEqual([fast.divergence, fast.nonFinite, fast.step])
    expect(stateOf(slow)).toEqual(stateOf(fast))
    expect(slow.progress).toBeNull()
    expect(() => slow.advance()).toThrow('rewind, or change the settings')
  })

  test('is forgotten by a rewind and a restored state', () => {
    const trainer = begin(configOf())
    const first = stateOf(trainer)
    advance(trainer, 16)
    trainer.rewind()
    expect([stateOf(trainer), trainer.progress, trainer.hasBegun]).toEqual([first, null, false])
  })
})

describe('what is shown of a stage', () => {
  const parts = (trainer: Trainer) => {
    const { block, progress: { stage } } = stageView(trainer, null)!
    return [stage.direction, block.name, ...block.tensors.map(({ part, numbers }) => numbers ? part : `no ${part}`)].join(' ')
  }

  test('are its own tensors: values forward, gradients backward, then a parameter with its gradient', () => {
    const trainer = begin(configOf({ network: { layers: parseLayers('affine 9, relu, affine 6'), loss: 'softmaxWithLoss' } }))
    expect(stageView(trainer, null)).toBeNull()
    const seen = Array.from({ length: 12 }, () => {
      trainer.advance()
      return parts(trainer)
    })
    expect(seen).toEqual([
      'forward affine1 x W b out', 'forward relu1 x out', 'forward affine2 x W b out', 'forward softmaxWithLoss x t y',
      'backward softmaxWithLoss dx', 'backward affine2 dout dW db dx', 'backward relu1 dout dx', 'backward affine1 dout dW db no dx',
      'update affine1 W dW', 'update affine1 b db', 'update affine2 W dW', 'update affine2 b db',
    ])
    expect([trainer.step, trainer.progress]).toEqual([1, { stage: { direction: 'update', layer: 2, param: 'affine2.b' }, done: 12, of: 12, loss: trainer.loss }])
  })

  test('are not the running statistics of a batch normalization, which its numbers do not come from', () => {
    const trainer = begin(configOf())
    advance(trainer, 2)
    expect(parts(trainer)).toBe('forward batchNormalization1 x gamma beta out')
  })

  test.each(optimizers)('are numbers of that moment: every cell is its sum, and an update has the state before and after it: %s', (kind) => {
    const [trainer, whole] = ['live', 'whole'].map(() => begin(configOf({ optimizer: checkOptimizer({ kind, learningRate: 0.01 }) }))) as [Trainer, Trainer]
    for (let i = 0; i < 3; i++) [trainer, whole].forEach(one => one.learn())
    whole.learn()
    const source = replayedStep(whole)
    while (trainer.step < 4) {
      trainer.advance()
      const { block, cell, step, rows, loss, progress: { done } } = stageView(trainer, null)!
      expect([step, rows, loss]).toEqual([4, 20, done < 6 ? null : whole.loss])
      for (const { part, numbers } of block.tensors) {
        if (!numbers) continue
        const address = { part, row: random(numbers.rows), column: random(numbers.columns) }
        const shown = stageView(trainer, address)!.cell
        const wanted = xrayCell(source, { block: block.name, ...address })
        expect({ ...shown, update: null }).toEqual({ ...wanted, update: null })
        if (shown.update) expect(shown.update).toEqual(wanted.update)
      }
      expect(cell.update !== null).toBe(done > 12)
    }
  })
  const next = new Random(8)
  const random = (n: number) => next.integer(n)

  test('an update begins with the weight that it changes most', () => {
    const trainer = begin(configOf())
    advance(trainer, 13)
    const { slot } = trainer.model.params[0]!
    const changes = [...slot.value.data].map((after, i) => Math.abs(after - slot.before!.data[i]!))
    const { address, update } = stageView(trainer, null)!.cell
    expect(address).toMatchObject({ block: 'affine1', part: 'W' })
    expect(Math.abs(update!.after - update!.before)).toBe(Math.max(...changes))
  })
})
