import { type DatasetInfo, type Evaluation, type EvaluatedSplit, evaluatedSplits, isGuessing, LabError, mnist, optimizers, printLayers, sizesOf, Trainer, wholeSize, writeWeights } from '@core'
import { atomicWrite, weightsSha256 } from '@files'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, networkFlags, seedFlag, type CommandEnvironment } from './command'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import type { Arguments } from './flags'
import { runInterruptibly, Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'
import { configOfFlags, datasetOfFlags, iterationsOf } from './values'
import { checkSavePath, type TrainingEnd, chooseSavePath } from './save-path'

/** The result for `--json`. */
interface TrainResult {
  readonly iterations: number
  /** Of the last mini-batch */
  readonly loss: number | null
  /** On all images that were learned from, and on all test images; null when training was stopped early */
  readonly trainAccuracy: number | null
  readonly testAccuracy: number | null
  /** Loss, accuracy and right answers of each class on every split; null when training was stopped early */
  readonly evaluation: Pick<Evaluation, EvaluatedSplit> | null
  /** Training time, without loading, evaluation and saving */
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
  readonly weightsSha256: string
  /** The file, null when nothing was saved */
  readonly saved: string | null
  /** Why training ended before the last iteration */
  readonly stopped: 'interrupted' | 'diverged' | null
}

export const train: Command = {
  name: 'train',
  flags: [
    { name: 'dataset', value: 'NAME', fallback: mnist.id },
    ...networkFlags,
    { name: 'optimizer', value: optimizers.join('|'), fallback: 'sgd' },
    { name: 'learning-rate', value: 'X', fallback: '0.1' },
    { name: 'momentum', value: 'X' },
    { name: 'weight-decay', value: 'X', fallback: '0' },
    { name: 'batch-size', value: 'N', fallback: '100' },
    { name: 'iterations', value: 'N', fallback: '10000' },
    { name: 'epochs', value: 'N' },
    { name: 'validation', value: 'X', fallback: '0' },
    seedFlag,
    backendFlag,
    threadsFlag,
    { name: 'save', value: 'FILE' },
    { name: 'force' },
    ...commonFlags,
  ],
  example: 'train --layers 784,50,10 --batch-size 100 --learning-rate 0.1 --iterations 10000 --seed 1 --save weights.safetensors',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, version, datasets } = environment
  const info = await datasetOfFlags(args, environment)
  const config = configOfFlags(args, info, terminal)
  const iterations = iterationsOf(args, config, info, terminal)
  const choice = engineChoiceOf(args, environment)
  const save = args.flags.get('save')
  const force = args.flags.has('force')
  if (save !== undefined) await checkSavePath(terminal.path(save), { force })

  let progress = new Progress(terminal)
  const interrupt = new Interrupt(() => {
    progress.end() // the message replaces the bar
    terminal.say(terminal.text('train.stopping'))
  }).listen()
  const engine = openEngine(choice, environment)
  const trainer = new Trainer(config, await datasets.load(info), { ops: engine.ops })
  engine.prepareFor(trainer.work)
  progress = new Progress(terminal) // restart its clock: loading is not training
  let samples = 0
  const seconds = await runInterruptibly({ interrupt, now: terminal.now }, () => {
    trainer.learn()
    if (!trainer.divergence) samples += trainer.rows
    return !trainer.divergence && trainer.step < iterations
  }, seconds => progress.update(trainer.step, iterations, () => [
    ...trainer.loss === null ? [] : [`${terminal.text('train.loss')} ${terminal.short(trainer.loss)}`],
    terminal.text('train.speed', { n: terminal.number(samples / seconds) }),
  ]))
  progress.end()

  const completed = !trainer.divergence && trainer.step === iterations
  const evaluation = completed ? await evaluate(trainer, interrupt, progress = new Progress(terminal), terminal) : null
  const weights = trainer.weights({ version, evaluation })
  const saving = await saveWeights(save, { complete: completed, step: trainer.step, force }, terminal, () => writeWeights(weights))
  const stopped = trainer.divergence ? 'diverged' : evaluation ? null : 'interrupted'
  const result: TrainResult = {
    iterations: trainer.step, loss: trainer.loss,
    trainAccuracy: evaluation?.train.accuracy ?? null, testAccuracy: evaluation?.test.accuracy ?? null,
    evaluation: evaluation && { train: evaluation.train, validation: evaluation.validation, test: evaluation.test },
    seconds, samplesPerSecond: seconds > 0 ? samples / seconds : 0,
    backend: engine.ops.name, threads: engine.ops.threads, seed: config.seed, layers: sizesOf(trainer.model.architecture), network: printLayers(config.network.layers),
    dataset: { id: info.id, name: info.name, counts: info.counts, sha256: info.sha256 },
    weightsSha256: weightsSha256(weights), saved: saving.file, stopped,
  }
  if (trainer.divergence) terminal.say(terminal.errorText(new LabError('train.diverged', 'the loss was not finite', { ...trainer.divergence, kept: trainer.step })))
  else if (stopped) terminal.say(terminal.text(completed ? 'train.interruptedMeasuring' : 'train.interrupted', { done: terminal.number(trainer.step), iterations: terminal.number(iterations) }))
  if (evaluation && isGuessing(evaluation, { classes: trainer.dataset.info.classes.length, stepsPerEpoch: trainer.stepsPerEpoch }))
    terminal.say(terminal.text('train.guessing', { iterations: terminal.number(trainer.step), accuracy: terminal.percent(evaluation.test.accuracy) }))
  if (saving.file !== null && saving.file !== save) terminal.say(terminal.text('train.beside', { file: save! }))
  if (saving.file !== null) terminal.say(terminal.text('train.saved', { file: saving.file, step: trainer.step }))
  else if (save !== undefined && !saving.failed) terminal.say(terminal.text('train.nothingSaved'))
  terminal.print(args.flags.has('json') ? JSON.stringify(result) : readable(result, terminal))
  // Signals stay handled until the end: a further Ctrl-C would otherwise kill the process and change its exit code.
  engine.dispose()
  if (saving.failed || trainer.divergence) return exitCodes.failed
  return stopped ? exitCodes.interrupted : exitCodes.done
}

/** Evaluates all images of every split. @returns null when interrupted */
async function evaluate(trainer: Trainer, interrupt: Interrupt, progress: Progress, terminal: Terminal): Promise<Evaluation | null> {
  const evaluator = trainer.createEvaluator()
  let evaluation: Evaluation | null = null
  evaluator.begin(trainer.step, wholeSize)
  const total = evaluator.left
  await runInterruptibly({ interrupt, now: terminal.now }, () => {
    evaluation = evaluator.advance()
    return evaluation === null
  }, () => progress.update(evaluator.seen, total, () => [terminal.text('train.measuring')]))
  progress.end()
  return evaluation
}

/** Saves the weights. An error, such as a full disk, is printed instead of thrown, so that the results are still shown. */
async function saveWeights(save: string | undefined, end: TrainingEnd, terminal: Terminal, bytes: () => Uint8Array): Promise<{ file: string | null, failed: boolean }> {
  if (save === undefined || end.step === 0) return { file: null, failed: false }
  try {
    const file = await chooseSavePath(save, end, given => terminal.path(given))
    await atomicWrite(terminal.path(file), bytes())
    return { file, failed: false }
  }
  catch (cause) {
    terminal.say(terminal.errorText(cause))
    return { file: null, failed: true }
  }
}

function readable(result: TrainResult, terminal: Terminal): string {
  const label = (key: string): string => terminal.text(`train.${key}`)
  return table([
    [label('iterations'), terminal.number(result.iterations)],
    ...result.loss === null ? [] : [[label('loss'), terminal.short(result.loss)]],
    ...evaluatedSplits.flatMap((split) => {
      const score = result.evaluation?.[split]
      return score ? [[label(`${split}Accuracy`), terminal.percent(score.accuracy)]] : []
    }),
    [label('time'), terminal.text('seconds', { n: terminal.number(result.seconds, 1) })],
    [label('rate'), terminal.text('train.speed', { n: terminal.number(result.samplesPerSecond) })],
    [label('dataset'), terminal.text('train.datasetValue', { name: result.dataset.name, train: terminal.number(result.dataset.counts.train), test: terminal.number(result.dataset.counts.test) })],
    [label('network'), `${result.layers.join('-')}, ${terminal.text('train.seed', { seed: result.seed })}`],
    [label('backend'), terminal.text('train.backendValue', { backend: result.backend, threads: result.threads })],
    ['sha256', result.weightsSha256],
  ])
}
