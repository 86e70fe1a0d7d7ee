import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Architecture, architectureOn, type EvaluatedSplit, isRunId, type LabError, ownError, printLayers, type RunConfig, type RunRecord, type RunSeries, stateAtStep } from '@core'
import { checkpointsIn, filesOf, sizeOf } from './folder'
import { holderOf } from './lock'
import { reachOf, readRun } from './read-run'

/** A point of a run's small curve. */
export interface CurvePoint { readonly step: number, readonly loss: number }

/** An image that a run was taught. */
export interface TaughtImage {
  readonly step: number
  /** Name of its class */
  readonly label: string
  readonly times: number
}

/** An entry of the list of runs. An unreadable run has only its id, size and problem. */
export interface RunListing extends Pick<RunRecord, 'id' | 'name' | 'note' | 'pinned' | 'created' | 'parent'> {
  /** When something was last written, in milliseconds since 1970 */
  readonly written: number
  /** Null when nothing can be read */
  readonly architecture: Architecture | null
  /** 'affine 50, relu, affine 10' */
  readonly network: string
  /** Name of the dataset */
  readonly dataset: string
  /** The latest step, and the epochs completed until then */
  readonly step: number
  readonly epoch: number
  /** The latest ones; null before the first evaluation */
  readonly trainAccuracy: number | null
  readonly testAccuracy: number | null
  /** The settings at the latest step; null when nothing can be read */
  readonly config: RunConfig | null
  /** The losses of the first and the latest mini-batch; null without one */
  readonly losses: { readonly first: CurvePoint, readonly last: CurvePoint } | null
  /** Images that it was taught, in the order in which it was */
  readonly taught: readonly TaughtImage[]
  /** Loss over the whole run, at most 60 points; each is a mean */
  readonly curve: readonly CurvePoint[]
  /** Size of all files */
  readonly bytes: number
  /** The process that writes it; null: none */
  readonly lockedBy: number | null
  /** What is damaged; null when nothing is */
  readonly problem: LabError | null
}

const curvePoints = 60

/** Reads what the list shows of a run, without the lock's holder. */
export async function listingOf(folder: string): Promise<Omit<RunListing, 'lockedBy'>> {
  const written = await writtenAt(folder)
  try {
    const run = await readRun(folder)
    const { record, series, bytes, problem } = run
    const { id, name, note, pinned, created, parent, dataset } = record
    const { last } = reachOf(run)
    const { config, position } = stateAtStep(record, last)
    return {
      id, name, note, pinned, created, parent, written, bytes, problem,
      architecture: architectureOn(config.network, dataset), network: printLayers(config.network.layers), dataset: dataset.name, config, step: last, epoch: position.epoch,
      trainAccuracy: latest(series, 'train'), testAccuracy: latest(series, 'test'), losses: endsOf(series), taught: taughtIn(record), curve: curveOf(series),
    }
  }
  catch (cause) {
    const id = basename(folder)
    const files = filesOf(folder)
    const sizes = [await sizeOf(files.record) ?? 0, await sizeOf(files.series) ?? 0, ...(await checkpointsIn(files)).map(({ bytes }) => bytes)]
    return {
      id, name: isRunId(id) ? id.slice(0, 8) : id, note: '', pinned: false, created: written, parent: null, written, bytes: sizes.reduce((a, b) => a + b, 0), problem: ownError(cause),
      architecture: null, network: '', dataset: '', config: null, losses: null, taught: [], step: 0, epoch: 0, trainAccuracy: null, testAccuracy: null, curve: [],
    }
  }
}

const latest = ({ scores }: RunSeries, wanted: EvaluatedSplit): number | null => scores.findLast(({ split }) => split === wanted)?.score.accuracy ?? null

const taughtIn = ({ events, classes }: RunRecord): readonly TaughtImage[] =>
  events.flatMap(({ step, taught }) => taught ? [{ step, label: classes[taught.label]!, times: taught.times }] : [])

function endsOf({ losses, firstStep }: Pick<RunSeries, 'losses' | 'firstStep'>): RunListing['losses'] {
  const isKnown = (loss: number): boolean => !Number.isNaN(loss)
  const [first, last] = [losses.findIndex(isKnown), losses.findLastIndex(isKnown)]
  const at = (i: number): CurvePoint => ({ step: firstStep! + i, loss: losses[i]! })
  return first < 0 ? null : { first: at(first), last: at(last) }
}

/** Means of at most 60 equal parts, without those of which no loss was recorded. */
export function curveOf({ losses, firstStep }: Pick<RunSeries, 'losses' | 'firstStep'>): readonly CurvePoint[] {
  if (firstStep === null) return []
  const size = Math.ceil(losses.length / curvePoints)
  return Array.from({ length: Math.ceil(losses.length / size) }, (_, i) => {
    const part = losses.subarray(i * size, (i + 1) * size)
    let [sum, known] = [0, 0]
    for (const loss of part) {
      if (Number.isNaN(loss)) continue
      sum += loss
      known++
    }
    return { step: firstStep + i * size + part.length - 1, loss: sum / known }
  }).filter(({ loss }) => !Number.isNaN(loss))
}

/** The files and folders of a run whose times and sizes say whether it was written. */
const signs = (folder: string): readonly string[] => {
  const { record, series, checkpoints } = filesOf(folder)
  return [record, series, checkpoints]
}

async function writtenAt(folder: string): Promise<number> {
  const timeOf = (path: string): Promise<number> => stat(path).then(({ mtimeMs }) => mtimeMs, () => 0)
  const latest = Math.max(...await Promise.all(signs(folder).map(timeOf)))
  return Math.round(latest || await timeOf(folder)) // where nothing else is left
}

/** Changes whenever something in the folder of a run was written. */
async function signatureOf(folder: string): Promise<string> {
  const found = await Promise.all(signs(folder).map(path => stat(path).then(({ mtimeMs, size }) => `${mtimeMs} ${size}`, () => '–')))
  return found.join(' ')
}

/** Reads the runs of a folder again only when they were written. */
export class Listings {
  private readonly known = new Map<string, { readonly signature: string, readonly listing: Omit<RunListing, 'lockedBy'> }>()

  async of(folder: string): Promise<RunListing> {
    const signature = await signatureOf(folder)
    const known = this.known.get(folder)
    const listing = known?.signature === signature ? known.listing : await listingOf(folder)
    this.known.set(folder, { signature, listing })
    return { ...listing, lockedBy: await holderOf(folder) }
  }
}
