import { EventEmitter } from 'node:events'
import type { FromWorker, RunState, ToWorker } from '@contract'
import { toWire } from '@contract'
import { checkpointOf, Curves, type DatasetInfo, LabError, mnist, readWeights, type RunConfig, stateAtStep, Trainer, writeCheckpoint, writeWeights } from '@core'
import type { Thread } from '../../../electron/main/supervisor'
import { perceptron, runConfig } from '../../fixtures/run-config'
import { configOf, dataset as small } from '../../fixtures/training'

/** A weights file of a 2-2 network, identified by one number. */
export const weightsOf = (step: number, mark = 0): Uint8Array<ArrayBuffer> => writeWeights({
  architecture: perceptron([2, 2], 'relu'),
  config: null, step, tensors: [{ path: 'affine1.W', data: Float32Array.of(mark, 0, 0, 1) }, { path: 'affine1.b', data: Float32Array.of(0, 0) }], metrics: {}, classes: ['0', '1'], version: 'test',
})

/** The number that identifies a weights file. */
export const markOf = (bytes: Uint8Array): number => readWeights(bytes, 'test').tensors[0]!.data[0]!

/** A checkpoint of a small network on images that are called MNIST. @param seed that identifies it @param file step of the file that it began with */
export function checkpointBytes(seed: number, file: number | null = null): Uint8Array<ArrayBuffer> {
  const [config, dataset] = [{ ...configOf('affine 8, relu, affine 6', { seed }), dataset: 'mnist' }, { ...small, info: { ...small.info, id: 'mnist' } }]
  const drawn = new Trainer(config, dataset)
  if (file === null) return writeCheckpoint(checkpointOf(drawn, { version: '1' }))
  const { tensors, classes } = drawn.weights({ version: '1', evaluation: null })
  return writeCheckpoint(checkpointOf(new Trainer(config, dataset, { weights: { step: file, tensors, classes } }), { version: '1' }))
}

let runIds = 1000

/** A training thread that does not learn: its weights are marked with the seed of its run. */
export class FakeThread extends EventEmitter implements Thread {
  state: RunState | null = null
  mark = 0
  terminated = false
  /** No longer answers */
  mute = false
  readonly asked: string[] = []
  /** Learned, but not in a frame yet */
  unsent = 0
  /** Whether main has a checkpoint of this run */
  private begun = false

  constructor(readonly wanted: Int32Array) {
    super()
    queueMicrotask(() => this.tell({ type: 'ready' }))
  }

  postMessage(message: ToWorker): void {
    Atomics.sub(this.wanted, 0, 1)
    this.asked.push(message.command)
    if (this.mute) return
    queueMicrotask(() => {
      try { this.tell({ type: 'reply', id: message.id, reply: { ok: true, value: this.answer(message) } }) }
      catch (cause) { this.tell({ type: 'reply', id: message.id, reply: { ok: false, error: toWire(cause) } }) }
    })
  }

  terminate(): Promise<number> {
    this.terminated = true
    this.emit('exit', 1)
    return Promise.resolve(1)
  }

  /** Pretends that it has learned up to this step. */
  learn(step: number): void {
    const before = this.set({}).step
    if (!this.begun) this.checkpoint()
    this.set({ step, phase: 'running' })
    const { runId } = this.state!
    this.tell({ type: 'metrics', frame: { runId, step, firstStep: before + 1, losses: new Float32Array(step - before).fill(1), epoch: 0, stepInEpoch: step, samplesPerSecond: 1, evaluations: [] } })
  }

  private checkpoint(): void {
    this.begun = true
    const { runId, step, origin } = this.state!
    this.tell({ type: 'checkpoint', frame: { runId, step, bytes: checkpointBytes(this.mark, origin.from === 'file' ? origin.step : null) } })
  }

  warn(cause: LabError): void { this.tell({ type: 'warning', error: toWire(cause) }) }

  private tell(message: FromWorker): void { this.emit('message', message) }

  private set(change: Partial<RunState>): RunState {
    if (!this.state) throw new LabError('train.noRun', 'no run')
    return this.state = { ...this.state, ...change }
  }

  private begin(config: RunConfig, dataset: DatasetInfo, step: number, origin: RunState['origin'], mark: number): RunState {
    this.mark = mark
    this.begun = false
    return this.state = {
      runId: runIds++, phase: 'idle', config, events: [], dataset, input: [784], origin, parent: null, pace: 1, step, stages: null, epoch: 0, stepInEpoch: step, stepsPerEpoch: 600,
      blocks: [], backend: 'fake', threads: 1, divergence: null, evaluation: null, loss: null, stopWhen: null, stopped: null, findings: [],
    }
  }

  private answer({ command, arg }: ToWorker): unknown {
    switch (command) {
      case 'configure':
        if (arg.config.batchSize === 13) throw new LabError('train.memory', 'too large', { found: 2, max: 1 })
        return this.begin(arg.config, (arg.dataset ?? { info: mnist }).info, 0, { from: 'seed' }, arg.config.seed)
      case 'open': {
        const { step } = readWeights(arg.weights.bytes, arg.weights.name)
        return this.begin(runConfig({ layers: [2, 2] }), (arg.dataset ?? { info: mnist }).info, step, { from: 'file', name: arg.weights.name, step }, markOf(arg.weights.bytes))
      }
      case 'resume': {
        const { run: { checkpoint, step, events, origin, parent, name } } = arg
        if (name === 'unusable') throw new LabError('train.memory', 'too large', { found: 2, max: 1 })
        const state = { ...this.begin(checkpoint.config, (arg.dataset ?? { info: mnist }).info, step, origin, checkpoint.config.seed), events, parent }
        this.state = state
        return { state, differsAt: name === 'differs' ? 7 : null }
      }
      case 'visit': {
        const { run: { checkpoint, step, events, origin } } = arg
        return { state: this.state = { ...this.begin(checkpoint.config, (arg.dataset ?? { info: mnist }).info, step, origin, step), events }, differsAt: null }
      }
      case 'reach': {
        const { run: { checkpoint, step, events, name } } = arg
        const { snapshot } = checkpoint
        return { bytes: writeCheckpoint({ ...checkpoint, events, snapshot: { ...snapshot!, loss: 1, updates: step, position: stateAtStep({ ...checkpoint, events, firstStep: 0 }, step).position } }), differsAt: name === 'differs' ? 7 : null, dropped: false }
      }
      case 'rewind': {
        const { config, dataset, origin } = this.set({})
        return this.begin(config, dataset, origin.from === 'file' ? origin.step : 0, origin, this.mark)
      }
      case 'run:start': return this.set({ phase: 'running', pace: arg.pace })
      case 'run:pause': return this.set({ phase: 'idle' })
      case 'run:pace': return this.set({ pace: arg.pace })
      case 'run:change': {
        const { config, events, step } = this.set({})
        return this.set({ config: { ...config, batchSize: arg.batchSize ?? config.batchSize }, events: [...events, { step, change: arg }] })
      }
      case 'run:step':
        this.learn(this.set({}).step + 1)
        return this.set({ phase: 'idle' })
      case 'keep':
        if (this.unsent > 0) this.learn(this.set({}).step + this.unsent)
        this.unsent = 0
        if (this.set({}).origin.from === 'file') this.checkpoint()
        return this.set({ phase: 'idle' })
      case 'choices': return [{ choice: { activation: 'tanh', normalization: 'unit' }, accuracy: 0.9 }, { choice: { activation: 'relu', normalization: 'unit' }, accuracy: 0.5 }]
      case 'firstState': return { bytes: checkpointBytes(markOf(arg.weights.bytes), readWeights(arg.weights.bytes, arg.weights.name).step) }
      case 'threads': return this.state && this.set({ threads: arg.threads === 'auto' ? 3 : arg.threads })
      case 'read': return this.state && { state: this.state, history: new Curves().read() }
      case 'weights': return { bytes: weightsOf(this.set({}).step, this.mark), step: this.set({}).step }
      default: return null
    }
  }
}
