import { randomBytes } from 'node:crypto'
import { checkpointOf, CheckpointPace, evaluatedSplits, type Evaluation, LabError, markOf, type RunRecord, runLimits, RunSeries, seriesUntil, type Trainer, writeCheckpoint } from '@core'
import type { RunStore, RunWriter } from '@files'
import type { Arguments, Flag } from './flags'
import type { Terminal } from './terminal'
import { wrongValue } from './values'

export const recordFlag: Flag = { name: 'record', value: 'NAME' }

/** @throws LabError cli.value @returns undefined without the flag */
export function recordNameOf({ flags }: Pick<Arguments, 'flags'>, terminal: Terminal): string | undefined {
  const name = flags.get('record')?.trim()
  if (name === undefined || (name.length > 0 && name.length <= runLimits.name && !/\p{Cc}/u.test(name))) return name
  throw wrongValue('record', terminal.text('wanted.runName', { max: runLimits.name }), name || '–')
}

/** What a run was forked from. */
export interface Origin {
  /** Null when it was no recorded run */
  readonly parent: RunRecord['parent']
  /** What is known of it until then */
  readonly series: RunSeries | null
}

export interface RecordingOptions {
  readonly name: string
  readonly runs: RunStore
  readonly version: string
  readonly now: () => number
  readonly origin?: Origin | undefined
}

/** Records a training as a run while it learns. */
export class RunRecording {
  private losses: number[] = []
  /** Step of the first of these losses */
  private firstStep = 0
  private readonly pace = new CheckpointPace()
  /** Seconds of learning at the latest call */
  private seconds = 0
  /** Those that are recorded, and those of the run that it was forked from */
  private timed = 0
  private before = 0

  private constructor(private readonly trainer: Trainer, private readonly writer: RunWriter, private readonly options: RecordingOptions) {}

  /** Begins a run with the present state of a training. @throws LabError file.* when the disk refuses it now: later, the training goes on */
  static async begin(trainer: Trainer, options: RecordingOptions): Promise<RunRecording> {
    const { recipe: { config, events, first }, classes, dataset: { info }, ops, step } = trainer
    const { name, runs, version, origin } = options
    const writer = await runs.create({
      id: randomBytes(16).toString('hex'), name, note: '', pinned: false, created: Date.now(), parent: origin?.parent ?? null, bookmarks: [],
      config, events, dataset: markOf(info), classes, firstStep: first?.step ?? 0, fromSeed: first === undefined, backend: ops.name, version,
    })
    const recording = new RunRecording(trainer, writer, options)
    // What was known before its first step, so that it does not need its origin.
    for (const record of seriesUntil(origin?.series ?? new RunSeries(), step, events)) writer.append(record)
    recording.before = origin?.series?.times.findLast(time => time.step <= step)?.seconds ?? 0
    await recording.takeState()
    if (writer.problem) {
      const { code, message, details } = writer.problem
      await writer.close()
      throw new LabError(code, message, { ...details, flag: '--record' })
    }
    return recording
  }

  get id(): string { return this.writer.id }
  get name(): string { return this.options.name }
  get parent(): RunRecord['parent'] { return this.writer.record.parent }
  /** Why not everything is on the disk; null when it is */
  get problem(): LabError | null { return this.writer.problem }

  /** Takes the loss of the mini-batch that was just learned. */
  learned(): void {
    const { losses, trainer: { step, loss } } = this
    if (losses.length === 0) this.firstStep = step
    losses.push(loss!)
  }

  evaluated({ step, epoch, ...evaluation }: Evaluation): void {
    this.handOn()
    for (const split of evaluatedSplits) {
      const score = evaluation[split]
      if (score) this.writer.append({ kind: 'score', step, epoch, split, score })
    }
  }

  /** Hands on what was learned, and a checkpoint when one is due. @param seconds of learning so far */
  advance(seconds: number): void {
    this.handOn()
    const isDue = this.pace.learned(1000 * (seconds - this.seconds))
    this.seconds = seconds
    if (seconds - this.timed >= 1) this.recordTime()
    if (isDue && !this.writer.isBehind && !this.trainer.divergence) void this.takeState()
  }

  /** Writes the last state, and everything to the disk. @param evaluation of it, if there is one */
  async end(evaluation: Evaluation | null): Promise<void> {
    const { trainer: { divergence, step }, writer } = this
    this.handOn()
    if (this.seconds > this.timed) this.recordTime()
    if (divergence) {
      writer.append({ kind: 'diverged', step, at: divergence.step, loss: divergence.loss })
      await writer.undoAfter(step)
    }
    await this.takeState()
    if (evaluation) this.evaluated(evaluation)
    await writer.close()
  }

  private handOn(): void {
    const { losses, firstStep } = this
    if (losses.length === 0) return
    this.writer.append({ kind: 'losses', firstStep, losses: Float32Array.from(losses) })
    this.losses = []
  }

  private recordTime(): void {
    this.timed = this.seconds
    this.writer.append({ kind: 'time', step: this.trainer.step, seconds: this.before + this.seconds })
  }

  private takeState(): Promise<void> {
    const { trainer, options: { now, version }, writer } = this
    const began = now()
    const bytes = writeCheckpoint(checkpointOf(trainer, { version }))
    this.pace.made(now() - began)
    return writer.checkpoint(trainer.step, bytes)
  }
}
