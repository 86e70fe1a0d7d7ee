import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beginningOf, type Checkpoint, type Dataset, isRunId, LabError, type Ops, type Past, Replay, type RunSeries, type RunRecord, recordOf, type StartingPoint, type Trainer, trainerOf } from '@core'
import { fileError, reachOf, readCheckpointFile, readRun, type RunListing, stateBefore } from '@files'
import type { CommandEnvironment } from './command'
import { type Interrupt, runInterruptibly } from './interrupt'
import type { Terminal } from './terminal'

/** A training whose past can be learned again: a recorded run, or a checkpoint. */
export interface Recorded extends Past {
  /** As it was given */
  readonly given: string
  /** Of a checkpoint the one that it would have as a run */
  readonly record: RunRecord
  /** Null for a checkpoint */
  readonly run: { readonly id: string, readonly series: RunSeries } | null
  /** Latest step with a recorded loss or a checkpoint */
  readonly last: number
  /** Planned number of steps in all; left out: not known */
  readonly goal?: number
  /** The latest known state at or before a step */
  stateBefore(step: number): Promise<StartingPoint>
}

/**
 * Finds the training that an argument names: a checkpoint's file, a run's folder, the id or the name of a run, or the beginning
 * of one of these.
 * @throws LabError run.missing, run.ambiguous; checkpoint.*, run.*, file.* for what cannot be read
 */
export async function recordedIn(given: string, { terminal, runs }: CommandEnvironment): Promise<Recorded> {
  const path = terminal.path(given)
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR' || cause.code === 'ENAMETOOLONG') return null
    throw fileError(cause, given)
  })
  if (found) return found.isDirectory() ? await ofRun(given, path, terminal) : ofCheckpoint(given, await readCheckpointFile(path, given))
  if (/[\\/]|\.safetensors$/.test(given)) throw new LabError('file.missing', `${given} does not exist`, { file: given })
  return await ofRun(given, join(runs.folder, theOne(given, await runs.list()).id), terminal)
}

/** The run that a text names: by its whole id or name, else by the beginning of one. @throws LabError run.missing, run.ambiguous */
export function theOne(given: string, runs: readonly RunListing[]): RunListing {
  const matches = [
    runs.filter(({ id }) => id === given.toLowerCase()), runs.filter(({ name }) => name === given),
    runs.filter(({ id, name }) => id.startsWith(given.toLowerCase()) || name.startsWith(given)),
  ].find(some => some.length > 0) ?? []
  const [one, ...others] = matches
  if (!one) throw new LabError('run.missing', `no run ${given}`, { file: given })
  if (others.length > 0) throw new LabError('run.ambiguous', `${given} names several runs`, { file: given, found: matches.map(({ id, name }) => `${id.slice(0, 8)} (${name})`).join(', ') })
  return one
}

async function ofRun(given: string, folder: string, terminal: Terminal): Promise<Recorded> {
  const run = await readRun(resolve(folder))
  const { record, series, lost, problem } = run
  if (problem) terminal.say(terminal.errorText(problem))
  if (lost > 0) terminal.say(terminal.text('runs.lost', { file: given, n: terminal.number(lost) }))
  const say = (cause: LabError): void => { terminal.say(terminal.errorText(cause)) }
  return {
    given, record, run: isRunId(record.id) ? { id: record.id, series } : null, last: reachOf(run).last,
    events: record.events, lossAt: step => series.lossAt(step),
    stateBefore: step => stateBefore(folder, step, { onProblem: say }),
  }
}

function ofCheckpoint(given: string, checkpoint: Checkpoint): Recorded {
  const { events, goal, snapshot: { position: { step: own }, loss } } = checkpoint
  return {
    given, record: recordOf(checkpoint, { id: '', name: given, created: 0, parent: null }), run: null, last: own, ...goal !== undefined && { goal },
    events, lossAt: step => step === own && loss !== null ? Math.fround(loss) : undefined,
    stateBefore: step => Promise.resolve(step >= own ? checkpoint : beginningOf(checkpoint)),
  }
}

/** @throws LabError run.step @param beyond whether a step after the last one is meant as well: it is learned */
export function checkStep({ given, record: { firstStep }, last }: Recorded, step: number, terminal: Terminal, beyond: boolean): void {
  if (step >= firstStep && (beyond || step <= last)) return
  const wanted = beyond ? terminal.text('wanted.from', { min: terminal.number(firstStep) }) : terminal.text('wanted.steps', { min: terminal.number(firstStep), max: terminal.number(last) })
  throw new LabError('run.step', `${given} has no step ${step}`, { file: given, found: terminal.number(step), wanted })
}

export interface Reaching {
  readonly interrupt: Interrupt
  readonly now: () => number
  readonly onSlice?: (step: number) => void
}

/** A step of the past that was learned again. */
export interface Reached {
  readonly trainer: Trainer
  /** The first step whose loss is not the recorded one; null: none */
  readonly differsAt: number | null
}

/** Learns a training again up to a step. @returns null when interrupted @throws LabError train.memory, train.diverged */
export async function reach(past: Recorded, step: number, { dataset, ops }: { readonly dataset: Dataset, readonly ops: Ops }, { interrupt, now, onSlice }: Reaching): Promise<Reached | null> {
  const replay = new Replay(trainerOf(await past.stateBefore(step), dataset, ops), past, step)
  await runInterruptibly({ interrupt, now }, () => !replay.advance(() => true), () => onSlice?.(replay.step))
  if (interrupt.requested && replay.step < step) return null
  const { trainer, differsAt } = replay
  return { trainer, differsAt: differsAt ?? (replay.step < step ? replay.step + 1 : null) }
}
