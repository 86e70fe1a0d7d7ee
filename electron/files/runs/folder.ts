import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredCheckpoint } from '@core'

/** Where the runs are kept in the program's own folder. */
export const runsFolder = (own: string): string => join(own, 'runs')

/** The files of a run. */
export interface RunFiles {
  readonly folder: string
  /** run.json */
  readonly record: string
  readonly series: string
  readonly checkpoints: string
  checkpoint(step: number): string
}

export function filesOf(folder: string): RunFiles {
  const checkpoints = join(folder, 'checkpoints')
  return { folder, record: join(folder, 'run.json'), series: join(folder, 'series.bin'), checkpoints, checkpoint: step => join(checkpoints, `${step}.safetensors`) }
}

const checkpointName = /^(0|[1-9]\d{0,14})\.safetensors$/

/** The checkpoints of a run, in ascending order of steps; files of other names are ignored. */
export async function checkpointsIn({ checkpoints, checkpoint }: RunFiles): Promise<readonly StoredCheckpoint[]> {
  const names = await readdir(checkpoints).catch(() => [])
  const steps = names.flatMap(name => checkpointName.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b)
  const found = await Promise.all(steps.map(async step => ({ step, bytes: await sizeOf(checkpoint(step)) ?? 0 })))
  return found.filter(({ bytes }) => bytes > 0)
}

/** Size of a file in bytes; null when it cannot be found. */
export const sizeOf = (path: string): Promise<number | null> => stat(path).then(({ size }) => size, () => null)
