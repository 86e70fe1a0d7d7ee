import { type DatasetInfo, type EvaluatedSplit, evaluatedSplits, type Evaluation, type Finding, lossDefinition, perceptronOf, printLayers, type RunConfig, type RunRecord, sizesOf, type Trainer, validationCount } from '@core'
import { stateSha256, weightsSha256 } from '@files'
import { table } from './columns'
import { type JsonFinding, jsonFindings } from './diagnosis'
import type { Terminal } from './terminal'

/** The result for `--json`. */
export interface TrainResult {
  /** Mini-batches since the initial weights, including the steps before a resume */
  readonly iterations: number
  /** Of the last mini-batch */
  readonly loss: number | null
  /** On all images that were learned from, and on all test images; null when training ended early */
  readonly trainAccuracy: number | null
  readonly testAccuracy: number | null
  /** Loss, accuracy and right answers of each class on every split; null when training ended early */
  readonly evaluation: Pick<Evaluation, EvaluatedSplit> | null
  /** Training time of this call, without loading, evaluation and saving */
  readonly seconds: number
  readonly samplesPerSecond: number
  readonly backend: string
  /** Threads used for this network: 1 when it is too small to parallelize */
  readonly threads: number
  readonly seed: number
  /** Identified by its files' hashes */
  readonly dataset: Pick<DatasetInfo, 'id' | 'name' | 'counts' | 'sha256'>
  readonly layers: readonly number[]
  /** 'affine 50, relu, affine 10' */
  readonly network: string
  /** All settings, as they are at the end */
  readonly config: RunConfig
  readonly weightsSha256: string
  /** Of weights, buffers, the optimizer's state and the position: equal states continue equally */
  readonly stateSha256: string
  /** The checkpoint that was continued, and its step; null for a new training */
  readonly resumed: { readonly file: string, readonly step: number } | null
  /** What was forked, and the step from which another way was taken; null for none */
  readonly forked: { readonly file: string, readonly step: number } | null
  /** The run that was recorded; null without --record */
  readonly run: Pick<RunRecord, 'id' | 'name' | 'parent'> | null
  /** The file with the checkpoint of the last step; null if none is kept or it could not be written */
  readonly checkpoint: string | null
  /** The file with the weights; null when none were saved */
  readonly saved: string | null
  /** Why training ended early; null after the last iteration */
  readonly stopped: 'interrupted' | 'diverged' | null
  /** What is wrong with the training, the worst first and a cause before its consequences */
  readonly diagnosis: readonly JsonFinding[]
}

/** The parts of a result that the trainer does not know. */
export interface TrainingNotes extends Pick<TrainResult, 'seconds' | 'resumed' | 'forked' | 'run' | 'checkpoint' | 'saved' | 'stopped'> {
  readonly samples: number
  readonly evaluation: Evaluation | null
  readonly findings: readonly Finding[]
  readonly version: string
}

export function resultOf(trainer: Trainer, { seconds, samples, evaluation, findings, version, ...notes }: TrainingNotes): TrainResult {
  const { step, loss, config, ops, model, dataset: { info: { id, name, counts, sha256 } } } = trainer
  return {
    iterations: step, loss,
    trainAccuracy: evaluation?.train.accuracy ?? null, testAccuracy: evaluation?.test.accuracy ?? null,
    evaluation: evaluation && { train: evaluation.train, validation: evaluation.validation, test: evaluation.test },
    seconds, samplesPerSecond: seconds > 0 ? samples / seconds : 0,
    backend: ops.name, threads: ops.threads, seed: config.seed, layers: sizesOf(model.architecture), network: printLayers(config.network.layers), config,
    dataset: { id, name, counts, sha256 },
    weightsSha256: weightsSha256(trainer.weights({ version })), stateSha256: stateSha256(trainer.snapshot()), ...notes, diagnosis: jsonFindings(findings),
  }
}

/** The result as a table: what was reached, then what was run. */
export function readableResult(result: TrainResult, terminal: Terminal): string {
  const label = (key: string): string => terminal.text(`train.${key}`)
  const { config, dataset: { name, counts } } = result
  const validation = validationCount(counts.train, config.validation)
  const images = { name, train: terminal.number(counts.train - validation), validation: terminal.number(validation), test: terminal.number(counts.test) }
  return table([
    [label('iterations'), terminal.number(result.iterations)],
    ...result.loss === null ? [] : [[label('lastLoss'), terminal.short(result.loss)]],
    ...evaluatedSplits.flatMap((split) => {
      const score = result.evaluation?.[split]
      return score ? [[label(`${split}Accuracy`), terminal.percent(score.accuracy)]] : []
    }),
    ...result.samplesPerSecond > 0
      ? [
          [label('time'), terminal.text('seconds', { n: terminal.number(result.seconds, 1) })],
          [label('rate'), terminal.text('train.speed', { n: terminal.number(result.samplesPerSecond) })],
        ]
      : [], // nothing was left to learn
    [label('dataset'), terminal.text(validation > 0 ? 'train.datasetWithValidation' : 'train.datasetValue', images)],
    [label('network'), networkText(result)],
    [label('lossFunction'), lossDefinition(config.network.loss).word],
    [label('optimizer'), optimizerText(config)],
    [label('batchSize'), terminal.number(config.batchSize)],
    [label('init'), `${config.init}, ${terminal.text('train.seed', { seed: result.seed })}`],
    [label('backend'), terminal.text('train.backendValue', { backend: result.backend, threads: result.threads })],
    [label('weightsSha256'), result.weightsSha256],
    [label('stateSha256'), result.stateSha256],
  ])
}

/** '784-50-10 (relu)' for affine layers with one activation between them, otherwise every layer with its settings. */
function networkText({ layers: [inputs = 0, ...units], network, config }: TrainResult): string {
  const short = perceptronOf({ input: [inputs], ...config.network })
  return short ? `${[inputs, ...units].join('-')} (${short.activation})` : network
}

/** 'adam, learning-rate 0.001, beta1 0.9, beta2 0.999': the names that the flags have. */
function optimizerText({ optimizer: { kind, learningRate, ...rates }, weightDecay }: RunConfig): string {
  const all = { 'learning-rate': learningRate, ...rates, ...weightDecay > 0 && { 'weight-decay': weightDecay } }
  return [kind, ...Object.entries(all).map(([name, value]) => `${name} ${value}`)].join(', ')
}
