import { stat } from 'node:fs/promises'
import type { Checkpoint } from '@core'
import { readCheckpointFile } from '../checkpoints'

/** Memory for checkpoints, in bytes */
const usualBytes = 64 * 2 ** 20

interface Held { readonly checkpoint: Checkpoint, readonly size: number, readonly mtimeMs: number }

/** The checkpoints that were read last, so that a person who moves to and fro in a run's past does not wait for the disk. */
export class HeldCheckpoints {
  /** By path, the one that was needed last at the end */
  private readonly held = new Map<string, Held>()

  constructor(private readonly maxBytes = usualBytes) {}

  /** Reads a checkpoint, unless it is held and its file has not changed since. @throws LabError as `readCheckpointFile` */
  async read(path: string): Promise<Checkpoint> {
    const file = await stat(path).catch(() => null) // the error is that of reading
    const known = this.held.get(path)
    this.held.delete(path)
    const isSame = known && file && known.size === file.size && known.mtimeMs === file.mtimeMs
    const checkpoint = isSame ? known.checkpoint : await readCheckpointFile(path)
    if (file) this.hold(path, { checkpoint, size: file.size, mtimeMs: file.mtimeMs })
    return checkpoint
  }

  private hold(path: string, file: Held): void {
    this.held.set(path, file)
    let bytes = [...this.held.values()].reduce((sum, { size }) => sum + size, 0)
    for (const [oldest, { size }] of this.held) {
      if (bytes <= this.maxBytes) break
      this.held.delete(oldest)
      bytes -= size
    }
  }
}
