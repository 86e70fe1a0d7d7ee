import { createReferenceOps, type Dataset, evaluatedSplits, type LabError, readCheckpoint, RunSeries } from '@core'
import type { CheckpointFrame, MetricsFrame, RecordedRun } from '@contract'
import { describe, expect, test } from 'vitest'
import { fromRecord, type Resumed } from '../../../electron/worker/recorded'
import { fromConfig } from '../../../electron/worker/run'
import { TrainingLoop } from '../../../electron/worker/training-loop'
import { changed, runConfig } from '../../fixtures/run-config'
import { smallDataset } from '../../fixtures/small-dataset'
import { FakeClock } from './fake-clock'

const small = smallDataset()
const dataset: Dataset = { ...small, info: { ...small.info, sha256: { trainImages: '1'.repeat(64), trainLabels: '2'.repeat(64) } } }
const config = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })

function loopOn() {
  const clock = new FakeClock()
  const [checkpoints, frames]: [CheckpointFrame[], MetricsFrame[]] = [[], []]
  const loop = new TrainingLoop(clock, { prepareFor: () => undefined }, 41, { metrics: frame => frames.push(frame), checkpoint: frame => checkpoints.push(frame), state: () => undefined }, { version: '1.2.3' })
  const settle = () => { for (let wait = 0; wait !== Infinity; wait = loop.slice(() => true)) clock.time += wait }
  return { loop, clock, checkpoints, frames, settle }
}

/** A run of 40 steps, one of them with a change, and what was recorded of it. */
function recorded() {
  const { loop, checkpoints, frames, settle } = loopOn()
  loop.switchTo(fromConfig(config, { dataset, ops: createReferenceOps('float32') }), 1)
  settle()
  for (let i = 0; i < 40; i++) {
    if (i === 20) loop.change({ optimizer: { kind: 'adam', learningRate: 0.01 } })
    loop.stepBatch()
    settle()
  }
  const series = new RunSeries(frames.flatMap(({ firstStep, losses, evaluations }) => [
    { kind: 'losses' as const, firstStep, losses },
    ...evaluations.flatMap(({ step, epoch, ...scores }) => evaluatedSplits.flatMap(split => scores[split] ? [{ kind: 'score' as const, step, epoch, split, score: scores[split] }] : [])),
  ]))
  const { trainer } = loop.run
  const run: RecordedRun = { name: 'a run', checkpoint: readCheckpoint(checkpoints[0]!.bytes, '0'), step: 40, origin: { from: 'seed' }, parent: null, events: trainer.events, firstLoss: series.firstStep!, losses: series.losses, evaluations: series.evaluations }
  return { loop, run }
}

function resume(run: RecordedRun, on = dataset) {
  const there = loopOn()
  const resumed: Resumed = { differsAt: null }
  const state = there.loop.switchTo(fromRecord(run, { dataset: on, ops: createReferenceOps('float32') }, resumed), 1)
  return { ...there, state, resumed }
}

describe('a recorded run that is continued', () => {
  const { loop: before, run } = recorded()
  const own = before.run.trainer.snapshot()

  test('stands at its latest step with its own bits, settings, curves and evaluations', () => {
    const { loop, state, resumed, settle } = resume(run)
    settle()
    expect([state.step, loop.state().phase, state.config, state.events, resumed.differsAt]).toEqual([40, 'idle', before.run.trainer.config, before.run.trainer.events, null])
    expect(loop.run.trainer.snapshot()).toEqual(own)
    expect(loop.run.curves.read()).toEqual(before.run.curves.read()) // the last evaluation was made again, of the same weights
  })

  test('is saved with its accuracies, which were recorded and are not measured again', () => {
    const last = run.evaluations.at(-1)!
    expect(last.step).toBe(40)
    const { loop } = resume(run)
    expect(loop.run.weights('1.2.3').metrics).toMatchObject({ trainAccuracy: last.train.accuracy, testAccuracy: last.test.accuracy })
    loop.stepBatch()
    expect(loop.run.weights('1.2.3').metrics.testAccuracy).toBeUndefined() // of another step
  })

  test('learns on as if it had never stopped', () => {
    const { loop } = resume(run)
    loop.stepBatch()
    before.stepBatch()
    expect(loop.run.trainer.snapshot()).toEqual(before.run.trainer.snapshot())
  })

  test('at an earlier step has the curves until then', () => {
    const { loop, state } = resume({ ...run, step: 10 })
    expect([state.step, state.events, loop.run.curves.loss.latest?.x, loop.run.curves.evaluations.every(({ step }) => step <= 10)]).toEqual([10, [], 10, true])
  })

  test('knows what it was forked from, until another run begins', () => {
    const parent = { run: 'a0'.repeat(16), step: 7 }
    const { loop, state } = resume({ ...run, parent })
    expect([state.parent, loop.rewind().parent]).toEqual([parent, null])
  })

  test('returns to its first state at a rewind', () => {
    const { loop } = resume(run)
    expect(loop.rewind()).toMatchObject({ step: 0, events: [], config: before.run.trainer.config })
    expect(loop.run.trainer.snapshot().tensors).toEqual(expect.arrayContaining([...run.checkpoint.snapshot!.tensors])) // and the optimizer's, which are zero
  })

  test('tells the first loss that is not the recorded one', () => {
    const losses = run.losses.map((loss, i) => i === 24 ? loss + 1 : loss)
    expect(resume({ ...run, losses }).resumed.differsAt).toBe(25)
  })

  test('on other files of its dataset is refused', () => {
    const codeOf = (work: () => unknown): unknown => {
      try { return work() }
      catch (cause) { return (cause as LabError).code }
    }
    const other: Dataset = { ...dataset, info: { ...dataset.info, sha256: { trainImages: '3'.repeat(64), trainLabels: '2'.repeat(64) } } }
    expect(codeOf(() => resume(run, other))).toBe('checkpoint.otherDataset')
  })

  test('that had other settings by a change needs the memory of the changed ones', () => {
    const adam = changed(config, { optimizer: 'adam' })
    const plain = fromConfig(config, { dataset, ops: createReferenceOps('float32') })
    const { bytes } = fromRecord(run, { dataset, ops: createReferenceOps('float32') }, { differsAt: null })
    expect(bytes).toBe(fromConfig(adam, { dataset, ops: createReferenceOps('float32') }).bytes)
    expect(bytes).toBeGreaterThan(plain.bytes)
  })
})
