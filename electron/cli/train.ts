import { architectureOn, checkpointOf, computesSameBits, mnist, optimizers, parentOf, type Trainer } from '@core'
import { atomicWrite, writeHashedWeights } from '@files'
import { type Command, commonFlags, exitCodes, networkFlags, seedFlag, type CommandEnvironment } from './command'
import { type CheckpointEnd, CheckpointFile, checkpointFlags } from './checkpoint-file'
import { divergedError } from './diverged'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { findingText, WatchedTraining } from './diagnosis'
import type { Arguments, Flag } from './flags'
import { runInterruptibly, Interrupt } from './interrupt'
import { Progress } from './progress'
import { type Origin, recordFlag, RunRecording, recordNameOf } from './recording'
import { checkSavePath, type TrainingEnd, chooseSavePath } from './save-path'
import { type Start, startOf, usualIterations } from './start'
import type { Terminal } from './terminal'
import { readableResult, resultOf } from './train-result'
import { wholeEvaluation } from './whole-evaluation'

/** Flags that define the training; with `--resume` the checkpoint defines it. */
const recipeFlags: readonly Flag[] = [
  { name: 'dataset', value: 'NAME', fallback: mnist.id },
  ...networkFlags,
  { name: 'optimizer', value: optimizers.join('|'), fallback: 'sgd' },
  { name: 'learning-rate', value: 'X' },
  { name: 'momentum', value: 'X' },
  { name: 'weight-decay', value: 'X', fallback: '0' },
  { name: 'batch-size', value: 'N', fallback: '100' },
  { name: 'validation', value: 'X', fallback: '0' },
  seedFlag,
  { name: 'order-seed', value: 'N' },
]

export const train: Command = {
  name: 'train',
  flags: [
    ...recipeFlags,
    { name: 'iterations', value: 'N', fallback: String(usualIterations) },
    { name: 'epochs', value: 'N' },
    backendFlag,
    threadsFlag,
    { name: 'save', value: 'FILE' },
    ...checkpointFlags,
    recordFlag,
    { name: 'resume', value: 'FILE' },
    { name: 'fork', value: 'FILE|ID' },
    { name: 'at', value: 'N' },
    { name: 'set', text: 'setSetting', value: 'NAME=VALUE', repeatable: true },
    { name: 'force' },
    ...commonFlags,
  ],
  example: 'train --layers 784,50,10 --batch-size 100 --learning-rate 0.1 --iterations 10000 --seed 1 --save weights.safetensors',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, version, datasets, runs } = environment
  const { flags } = args
  const name = recordNameOf(args, terminal)
  const start = await startOf(args, recipeFlags, environment)
  const { info, iterations, resumed, forked } = start
  const choice = engineChoiceOf(args, environment)
  const save = flags.get('save')
  const force = flags.has('force')
  const continued = resumed && { file: resumed.file, step: resumed.checkpoint.snapshot.position.step }
  const checkpoints = await CheckpointFile.open(args, continued, terminal)
  if (save !== undefined) await checkSavePath(terminal.path(save), { force, trained: { architecture: architectureOn(start.config.network, info), dataset: info } })

  let progress = new Progress(terminal)
  const interrupt = new Interrupt(() => {
    progress.end() // the message replaces the bar
    terminal.say(terminal.text('train.stopping'))
  }).listen()
  const engine = openEngine(choice, environment)
  const trainer = await start.build(await datasets.load(info), engine.ops, { interrupt, now: terminal.now, onSlice: at => progress.update(at, forked!.step, () => [terminal.text('replay.learning')]) })
  progress.end()
  if (!trainer) {
    engine.dispose()
    terminal.say(terminal.text('train.nothingForked'))
    return exitCodes.interrupted
  }
  engine.prepareFor(trainer.work)
  if (resumed) sayContinued('resumed', resumed.file, resumed.checkpoint.backend, start, trainer, terminal)
  if (forked) sayContinued('forked', forked.past.given, forked.past.record.backend, start, trainer, terminal)
  const recording = name === undefined ? null : await RunRecording.begin(trainer, { name, runs, version, now: terminal.now, origin: forked ? originOf(forked) : undefined })
  if (recording && (await runs.makeRoom(recording.id)).length > 0) terminal.say(terminal.text('train.madeRoom'))
  if (checkpoints && resumed && !flags.has('checkpoint') && trainer.step < iterations) terminal.say(terminal.text('train.keptUpToDate', { file: resumed.file }))
  progress = new Progress(terminal, { from: trainer.step }) // restart its clock: loading is not training
  const present = () => checkpointOf(trainer, { version, goal: iterations })
  const watched = new WatchedTraining(trainer, terminal.now, evaluation => recording?.evaluated(evaluation))
  const { seconds, samples } = await learn(trainer, watched, iterations, { interrupt, progress, terminal, recording, pauseAfter: checkpoints && (step => checkpoints.next(step)), onPause: async () => checkpoints?.take(present()) })
  progress.end()
  watched.dispose()

  const checkpoint = checkpoints && trainer.step > 0 ? await checkpoints.finish(present(), { diverged: trainer.divergence !== null }) : null
  const completed = !trainer.divergence && trainer.step >= iterations
  const evaluation = completed ? await wholeEvaluation(trainer, interrupt, progress = new Progress(terminal), terminal) : null
  if (evaluation) watched.evaluated(evaluation)
  const { findings } = watched
  await recording?.end(evaluation)
  const saving = await saveWeights(save, { complete: completed, step: trainer.step, force }, terminal, () => writeHashedWeights(trainer.weights({ version, evaluation })))
  const stopped = trainer.divergence ? 'diverged' : evaluation ? null : 'interrupted'
  const result = resultOf(trainer, {
    seconds, samples, evaluation, findings, version, stopped, saved: saving.file, checkpoint: checkpoint?.file ?? null, resumed: continued,
    forked: forked && { file: forked.past.given, step: forked.step }, run: recording && { id: recording.id, name: recording.name, parent: recording.parent },
  })
  if (trainer.divergence) terminal.say(terminal.errorText(divergedError(trainer, terminal)))
  else if (stopped) terminal.say(terminal.text(completed ? 'train.interruptedMeasuring' : 'train.interrupted', { done: terminal.number(trainer.step), iterations: terminal.number(Math.max(iterations, trainer.step)) }))
  const [first] = findings
  if (first && first.rule !== 'notFinite') terminal.say(findingText(first, trainer, terminal)) // the error of the divergence says the same
  if (saving.file !== null && saving.file !== save) terminal.say(terminal.text('train.beside', { file: save! }))
  if (saving.file !== null) terminal.say(terminal.text('train.saved', { file: saving.file, step: terminal.number(trainer.step) }))
  else if (save !== undefined && !saving.failed) terminal.say(terminal.text('train.nothingSaved'))
  if (checkpoint && (samples > 0 || checkpoint.given !== resumed?.file)) sayCheckpoint(checkpoint, trainer, terminal)
  if (recording) terminal.say(terminal.text(recording.problem ? 'train.notRecorded' : 'train.recorded', { name: recording.name, id: recording.id.slice(0, 8) }))
  terminal.print(flags.has('json') ? JSON.stringify(result) : readableResult(result, terminal))
  // Signals stay handled until the end: a further Ctrl-C would otherwise kill the process and change its exit code.
  engine.dispose()
  if (saving.failed || checkpoint?.file === null || recording?.problem || trainer.divergence) return exitCodes.failed
  return stopped ? exitCodes.interrupted : exitCodes.done
}

/** Reports the step at which a training continues, its changed settings, and another kernel module. */
function sayContinued(how: 'resumed' | 'forked', file: string, backend: string, { iterations, differences }: Start, { step, ops }: Trainer, terminal: Terminal): void {
  const counts = { file, step: terminal.number(step), iterations: terminal.number(iterations) }
  terminal.say(terminal.text(step < iterations ? `train.${how}` : 'train.reached', counts))
  if (differences.length > 0) terminal.say(terminal.text('train.changed', { changes: differences.join(', ') }))
  if (!computesSameBits(backend, ops.name)) terminal.say(terminal.text('train.otherBackend', { file, found: backend, backend: ops.name }))
}

/** A run is the parent of what is forked from it, and its curves until then go along. */
const originOf = ({ past: { run, record }, step }: NonNullable<Start['forked']>): Origin => ({ parent: run && parentOf(record, step), series: run && run.series })

/** Reports which checkpoint is in the file at the end. */
function sayCheckpoint({ given: file, file: written, step }: CheckpointEnd, { step: reached, divergence }: Trainer, terminal: Terminal): void {
  const say = (key: string, at: number): void => { terminal.say(terminal.text(`train.${key}`, { file, step: terminal.number(at) })) }
  if (written !== null && step !== null && divergence) return say(step < reached ? 'checkpointBefore' : 'checkpointDiverged', step)
  say(written === null ? 'notCheckpointed' : 'checkpointed', reached)
  if (written === null && step !== null) say('earlierCheckpoint', step)
}

interface LearningOptions {
  readonly interrupt: Interrupt
  readonly progress: Progress
  readonly terminal: Terminal
  readonly recording: RunRecording | null
  /** The next step after a given one at which to pause; null: never */
  readonly pauseAfter: ((step: number) => number) | null
  readonly onPause: () => Promise<void>
}

/** Learns until a step. @returns training time without the pauses, and the number of images learned */
async function learn(trainer: Trainer, watched: WatchedTraining, iterations: number, { interrupt, progress, terminal, recording, pauseAfter, onPause }: LearningOptions): Promise<{ readonly seconds: number, readonly samples: number }> {
  let [seconds, samples] = [0, 0]
  const evaluatedBefore = watched.seconds
  /** Without the evaluations of the diagnosis */
  const learning = (elapsed: number): number => Math.max(0, elapsed - (watched.seconds - evaluatedBefore))
  const details = (seconds: number): readonly string[] => [
    ...trainer.loss === null ? [] : [`${terminal.text('train.loss')} ${terminal.short(trainer.loss)}`],
    terminal.text('train.speed', { n: terminal.number(samples / seconds) }),
  ]
  while (trainer.step < iterations && !trainer.divergence && !interrupt.requested) {
    const until = Math.min(iterations, pauseAfter?.(trainer.step) ?? iterations)
    const before = seconds
    seconds += await runInterruptibly({ interrupt, now: terminal.now }, () => {
      watched.learn()
      if (trainer.divergence) return false
      samples += trainer.rows
      recording?.learned()
      return trainer.step < until
    }, (seconds) => {
      recording?.advance(learning(before + seconds))
      progress.update(trainer.step, iterations, () => details(learning(before + seconds)))
    })
    if (trainer.step === until && until < iterations) await onPause()
  }
  return { seconds: learning(seconds), samples }
}

/** Saves the weights. An error, such as a full disk, is printed instead of thrown, so that the results are still shown. */
async function saveWeights(save: string | undefined, end: TrainingEnd, terminal: Terminal, bytes: () => Uint8Array): Promise<{ readonly file: string | null, readonly failed: boolean }> {
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
