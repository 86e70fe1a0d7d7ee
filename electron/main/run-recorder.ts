import { randomBytes } from 'node:crypto'
import { type CheckpointFrame, type LeftRun, type MetricsFrame, type RunState, shortRun } from '@contract'
import { type Bookmark, evaluatedSplits, LabError, ownError, readCheckpoint, recordOf, runLimits, type RunRecord, RunSeries, type SeriesRecord, type SeriesState, type StepRange } from '@core'
import type { RecordChange, RunStore, RunWriter } from '@files'

/** The time between two frames counts as learning unless it is longer: then the run was paused. At the slowest pace a step takes a second. */
const longestGapSeconds = 2
const timeEverySeconds = 1
const timeFrom = (seconds: number) => ({ step: 0, seconds, recorded: seconds, at: NaN })

/** A run that is being recorded. */
interface Recording {
  readonly runId: number
  /** On the disk; null before its first checkpoint */
  id: string | null
  /** From its first checkpoint on */
  writer: Promise<RunWriter> | null
  /** The same, as soon as it is there */
  opened: RunWriter | null
  /** What happened before that */
  early: SeriesRecord[]
  /** Changes of the settings that are recorded */
  events: number
  /** Step of the divergence that is recorded; null: none since the latest change */
  divergedAt: number | null
  /** Mini-batches learned that are recorded */
  steps: number
  /** The latest step */
  step: number
  /** Seconds of learning so far, the number of them that was recorded last, and the time of the latest frame */
  readonly time: { step: number, seconds: number, recorded: number, at: number }
  readonly parent: RunRecord['parent']
  /** What is recorded, in memory; without scores, which nobody asks for */
  readonly series: RunSeries
}

export interface RunRecorderOptions {
  readonly store: Pick<RunStore, 'create' | 'read' | 'discard' | 'makeRoom'>
  readonly now?: () => number
  readonly newId?: () => string
  /** Gets what does not stop the recording */
  readonly onProblem: (cause: unknown) => void
  /** Called with the id of the current run on the disk, null while it is not there */
  readonly onCurrent?: (id: string | null) => void
  /** Called with the runs that lost checkpoints because all of them together took too much */
  readonly onRoomMade?: (ids: readonly string[]) => void
}

// One class, although the file has over 200 lines: whatever the thread tells changes the same recording.
/** Records the run of the training thread, from its first step on. Training never waits for it. */
export class RunRecorder {
  private current: Recording | null = null
  /** The latest run that another one has replaced; null: none, or it was too short to be kept */
  private left: LeftRun | null = null
  /** Those that go when another run learns, if nobody has marked them */
  private short: LeftRun[] = []
  private ending: Promise<void> = Promise.resolve()

  constructor(private readonly options: RunRecorderOptions) {}

  /** Id of the run on the disk; null before its first step, and for one that is not recorded. */
  async id(): Promise<string | null> { return (await this.current?.writer)?.id ?? null }

  /** The run that is on the disk, and its latest step there; null before its first step, and for one that is not recorded */
  get present(): LeftRun | null {
    const { current } = this
    return current && current.id !== null ? { runId: current.runId, id: current.id, step: current.step } : null
  }

  /** The latest run that was replaced by another one; null: none, or it was too short to be kept */
  get leftRun(): LeftRun | null {
    const { left, short } = this
    return left && { ...left, goes: short.some(({ id }) => id === left.id) }
  }

  /** Resolves when what happened until now is on the disk, or could not be written. */
  async flush(): Promise<void> { await (await this.current?.writer)?.flush() }

  /** Why the run is not on the disk as far as was tried; null: it is. */
  get problem(): LabError | null { return this.current?.opened?.problem ?? null }

  /** Changes the record of the run that is being recorded. @returns whether it is this one */
  async change(id: string, change: RecordChange): Promise<boolean> {
    const writer = await this.current?.writer
    if (writer?.id !== id) return false
    await writer.update(change)
    return true
  }

  /** Marks a step of the run that is being recorded; note null: no longer. @returns all marks. @throws LabError past.none, past.bookmarks */
  async bookmark(step: number, note: string | null): Promise<readonly Bookmark[]> {
    const writer = await this.current?.writer
    if (!writer) throw new LabError('past.none', 'the run is not on the disk', { step })
    const others = writer.record.bookmarks.filter(mark => mark.step !== step)
    if (note !== null && others.length >= runLimits.bookmarks) throw new LabError('past.bookmarks', `${others.length} bookmarks`, { max: runLimits.bookmarks })
    const bookmarks = note === null ? others : [...others, { step, note }].sort((a, b) => a.step - b.step)
    await writer.update({ bookmarks })
    return bookmarks
  }

  /** A run stays although it may be short: another one goes on from it. */
  keep(id: string): void {
    const { current } = this
    if (current?.id === id) current.steps = Math.max(current.steps, shortRun)
    this.short = this.short.filter(left => left.id !== id)
  }

  /** Another run begins; the one before is complete. */
  begin({ runId, events, step }: Pick<RunState, 'runId' | 'events' | 'step'>, parent: RunRecord['parent'] = null): void {
    this.pass()
    this.options.onCurrent?.(null)
    this.current = { runId, id: null, writer: null, opened: null, early: [], events: events.length, divergedAt: null, steps: 0, step, time: timeFrom(0), parent, series: new RunSeries() }
  }

  /** A recorded run is continued; the one before is complete. @param series what is recorded of it */
  adopt({ runId, events, step }: Pick<RunState, 'runId' | 'events' | 'step'>, writer: RunWriter, series = new RunSeries()): void {
    const { id, record: { firstStep, parent } } = writer
    this.pass()
    this.short = this.short.filter(left => left.id !== id)
    if (this.left?.id === id) this.left = null
    this.options.onCurrent?.(id)
    this.current = { runId, id, writer: Promise.resolve(writer), opened: writer, early: [], events: events.length, divergedAt: null, steps: step - firstStep, step, time: timeFrom(writer.seconds), parent, series }
  }

  /** Losses of the run that is being recorded; null when there is none. */
  losses(range: StepRange): SeriesState | null { return this.current?.series.curve(range).read() ?? null }

  /** Resolves when the runs before the current one are complete. */
  ended(): Promise<void> { return this.ending }

  /** The run before is complete, and the next one is not recorded: the next session goes on with the one before. */
  pass(): void {
    const { current, present } = this
    void this.end()
    if (!current || !present) return
    this.left = present
    if (current.steps < shortRun) this.short.push(present)
  }

  checkpoint({ runId, step, bytes }: CheckpointFrame): void {
    const { current } = this
    if (current?.runId !== runId) return
    if (current.writer) {
      void current.writer.then(writer => writer.isBehind ? undefined : writer.checkpoint(step, bytes))
      return
    }
    const { store, now = Date.now, newId = randomId, onCurrent, onRoomMade, onProblem } = this.options
    const record = recordOf(readCheckpoint(bytes, `${step}`), { id: newId(), name: '', created: now(), parent: current.parent })
    current.id = record.id
    current.writer = this.ending.then(() => store.create(record))
    onCurrent?.(record.id)
    void current.writer.then(async (writer) => {
      current.opened = writer
      void writer.checkpoint(step, bytes)
      const thinned = await store.makeRoom(record.id)
      if (thinned.length > 0) onRoomMade?.(thinned)
    }).catch(onProblem)
    for (const happened of current.early) void current.writer.then(writer => writer.append(happened))
    current.early = []
  }

  metrics({ runId, step: reached, firstStep, losses, evaluations }: MetricsFrame): void {
    const { current } = this
    if (current?.runId !== runId) return
    if (losses.length > 0) { // else its first step is that of an earlier frame, maybe of another run
      this.append(current, { kind: 'losses', firstStep, losses })
      this.discardShort()
      current.steps += losses.length
      current.step = Math.max(current.step, firstStep + losses.length - 1)
      this.passTime(current, reached)
    }
    for (const { step, epoch, ...scores } of evaluations) {
      for (const split of evaluatedSplits) {
        const score = scores[split]
        if (score) this.append(current, { kind: 'score', step, epoch, split, score })
      }
    }
  }

  private passTime(recording: Recording, step: number): void {
    const { time } = recording
    const now = (this.options.now ?? Date.now)()
    const gap = (now - time.at) / 1000
    time.at = now
    time.step = step
    if (gap > 0 && gap <= longestGapSeconds) time.seconds += gap
    if (time.recorded === 0 || time.seconds - time.recorded >= timeEverySeconds) this.recordTime(recording)
  }

  private recordTime(recording: Recording): void {
    const { time } = recording
    if (time.seconds === time.recorded) return
    time.recorded = time.seconds
    this.append(recording, { kind: 'time', step: time.step, seconds: time.seconds })
  }

  state({ runId, phase, events, divergence, step }: RunState): void {
    const { current } = this
    if (current?.runId !== runId) return
    if (phase !== 'running') this.recordTime(current)
    for (const event of events.slice(current.events)) this.append(current, { kind: 'event', event })
    if (events.length > current.events) {
      void current.writer?.then(writer => writer.update({ events }))
      current.events = events.length
      current.divergedAt = null
    }
    if (divergence && divergence.step !== current.divergedAt) {
      current.divergedAt = divergence.step
      current.step = step
      this.append(current, { kind: 'diverged', step, at: divergence.step, loss: divergence.loss })
      void current.writer?.then(writer => writer.undoAfter(step))
    }
  }

  /** Completes the recording. @returns whether everything is on the disk */
  end(): Promise<boolean> {
    if (this.current) this.recordTime(this.current)
    const writer = this.current?.writer
    this.current = null
    const ended = Promise.all([this.ending, writer]).then(async ([, opened]) => {
      await opened?.close()
      return !opened?.problem
    })
    this.ending = ended.then(() => undefined, this.options.onProblem)
    return ended.catch(() => false)
  }

  /** Another run learns: those before it that are too short to be kept go. */
  private discardShort(): void {
    const { store, onProblem } = this.options
    for (const { id } of this.short.splice(0)) {
      this.ending = this.ending.then(async () => {
        const { record } = await store.read(id) // its name may have changed since
        if (isMarked(record)) return
        await store.discard(id)
        if (this.left?.id === id) this.left = null
      }).catch((cause: unknown) => { if (ownError(cause).code !== 'run.missing') onProblem(cause) }) // the user may have removed it
    }
  }

  private append(recording: Recording, record: SeriesRecord): void {
    if (record.kind !== 'score') recording.series.take(record)
    if (recording.writer) void recording.writer.then(writer => writer.append(record))
    else recording.early.push(record)
  }
}

/** Whether somebody wants to keep a run. */
const isMarked = ({ name, note, pinned, parent, bookmarks }: RunRecord): boolean =>
  name !== '' || note !== '' || pinned || parent !== null || bookmarks.length > 0

const randomId = (): string => randomBytes(16).toString('hex')
