import { type Checkpoint, LabError, limits, writeCheckpoint } from '@core'
import { atomicWrite } from '@files'
import type { Arguments, Flag } from './flags'
import { checkCheckpointPath, isSameFile } from './save-path'
import type { Terminal } from './terminal'
import { countOf } from './values'

const usualEvery = 1000

export const checkpointFlags: readonly Flag[] = [
  { name: 'checkpoint', value: 'FILE' },
  { name: 'checkpoint-every', value: 'N', fallback: String(usualEvery) },
]

/** Whether the last checkpoint was written, and which one the file holds. */
export interface CheckpointEnd {
  /** The path as it was given */
  readonly given: string
  /** The file with the last checkpoint; null when it could not be written */
  readonly file: string | null
  /** Step of the latest checkpoint that this training wrote to the file; null before the first */
  readonly step: number | null
}

/** The file of `--checkpoint`, replaced every N steps. It is written while the training continues. */
export class CheckpointFile {
  private writing: Promise<void> = Promise.resolve()
  /** Step of this training's latest checkpoint on the disk; null before the first */
  private step: number | null
  private failure: LabError | null = null

  /** @param own step of the continued checkpoint if it is in this file, else null */
  private constructor(private readonly file: string, own: number | null, private readonly every: number, private readonly force: boolean, private readonly terminal: Terminal) {
    this.step = own
  }

  /**
   * Opens the file of `--checkpoint`; without this flag the file of `--resume`, which is kept up to date.
   * @returns null without both flags
   * @param resumed the checkpoint that is continued, and its step
   * @throws LabError cli.value, cli.needs, cli.sameFile, cli.notCheckpoint, cli.otherCheckpoint, file.*
   */
  static async open(args: Arguments, resumed: { readonly file: string, readonly step: number } | null, terminal: Terminal): Promise<CheckpointFile | null> {
    const { flags } = args
    const [file, save, force] = [flags.get('checkpoint') ?? resumed?.file, flags.get('save'), flags.has('force')]
    if (save !== undefined && resumed && await isSameFile(terminal.path(save), terminal.path(resumed.file))) throw sameFile('--save', '--resume') // even with --force
    const every = countOf(args, 'checkpoint-every', { max: limits.iterations, fallback: usualEvery }, terminal)
    if (file === undefined) {
      if (flags.has('checkpoint-every')) throw new LabError('cli.needs', '--checkpoint-every without --checkpoint', { flag: '--checkpoint-every', wanted: '--checkpoint FILE' })
      return null
    }
    const path = terminal.path(file)
    if (save !== undefined && await isSameFile(path, terminal.path(save))) throw sameFile('--checkpoint', '--save')
    const own = resumed && await isSameFile(path, terminal.path(resumed.file)) ? resumed.step : null
    await checkCheckpointPath(path, { force, own: own !== null })
    return new CheckpointFile(file, own, every, force, terminal)
  }

  /** The next step after this one at which a checkpoint is due. */
  next(step: number): number { return (Math.floor(step / this.every) + 1) * this.every }

  /** Begins to write a checkpoint as soon as the previous one is on the disk. */
  async take(checkpoint: Checkpoint): Promise<void> {
    await this.writing
    this.writing = this.write(writeCheckpoint(checkpoint), checkpoint.snapshot.position.step)
  }

  /**
   * Writes the last checkpoint, unless it is there already, and waits until it is on the disk.
   * @param diverged whether the training diverged: its last finite state may already be useless, so an earlier checkpoint is kept
   */
  async finish(checkpoint: Checkpoint, { diverged }: { readonly diverged: boolean }): Promise<CheckpointEnd> {
    await this.writing
    const isThere = diverged ? this.step !== null : checkpoint.snapshot.position.step === this.step
    if (!isThere) await this.take(checkpoint)
    await this.writing
    return { given: this.file, file: this.failure ? null : this.file, step: this.step }
  }

  /** An error, such as a full disk, is printed instead of thrown: the training goes on, and a later checkpoint may succeed. */
  private async write(bytes: Uint8Array, step: number): Promise<void> {
    const path = this.terminal.path(this.file)
    try {
      await checkCheckpointPath(path, { force: this.force, own: true }) // another program may have put something else there
      await atomicWrite(path, bytes)
      this.failure = null
      this.step = step
    }
    catch (cause) {
      if (!(cause instanceof LabError)) throw cause
      if (cause.code !== this.failure?.code) this.terminal.say(this.terminal.errorText(cause))
      this.failure = cause
    }
  }
}

const sameFile = (flag: string, found: string): LabError => new LabError('cli.sameFile', `${flag} and ${found} name one file`, { flag, found })
