import type { RunConfig } from '../config'
import type { Dataset, DatasetMark } from '../data/dataset'
import { markOf } from '../data/dataset-mark'
import { readSafetensorsHeader, safetensorsHeaderEnd } from '../formats/safetensors-header'
import { writeSafetensors } from '../formats/safetensors'
import { checkpointKind } from '../formats/locate-weights'
import type { WeightsFile } from '../formats/weights'
import type { LayerRegistry } from '../layers/registry'
import type { TensorNumbers } from '../network/params'
import { tensorsOf } from '../network/shapes'
import type { Ops } from '../ops/ops'
import { withEvents } from '../train/change'
import { architectureOn } from '../train/fit'
import { stateLayout } from '../train/parts'
import type { Recipe } from '../train/recipe'
import type { Snapshot } from '../train/snapshot'
import { Trainer } from '../train/trainer'
import { crc32 } from '../formats/crc32'

/** A training that can be continued to the bit: its whole recipe and its present state. */
export interface Checkpoint extends Recipe {
  readonly dataset: DatasetMark
  readonly classes: readonly string[]
  readonly snapshot: Snapshot
  /** Planned number of steps in all; left out: not decided */
  readonly goal?: number
  /** Kernel module that computed: 'wasm-relaxed-simd' */
  readonly backend: string
  /** Version of the lab that wrote it */
  readonly version: string
}

/** A state that a training goes on from: a checkpoint, or the beginning of a run, which its recipe determines; then `snapshot` is null. */
export interface StartingPoint extends Omit<Checkpoint, 'snapshot'> {
  readonly snapshot: Snapshot | null
}

/** The beginning of the run that a state belongs to. */
export const beginningOf = (of: Omit<Checkpoint, 'snapshot' | 'goal'>): StartingPoint => ({ ...of, events: [], snapshot: null })

export const checkpointVersion = 1
/** Begins the names of the initial tensors: 'first.affine1.W' */
export const firstPrefix = 'first.'

/** The present state of a training with its recipe. Completes a step that has begun. */
export function checkpointOf(trainer: Trainer, note: Pick<Checkpoint, 'version' | 'goal'>): Checkpoint {
  const { recipe, classes, dataset: { info }, ops } = trainer
  return { ...recipe, dataset: markOf(info), classes, snapshot: trainer.snapshot(), backend: ops.name, ...note }
}

/**
 * Continues a training: each further step is the one that would have followed.
 * @param registry kinds of layers of this training; left out: the registered ones
 * @throws LabError as for {@link Trainer}
 */
export function trainerOf({ config, events, first, classes, snapshot }: StartingPoint, dataset: Dataset, ops: Ops, registry?: LayerRegistry): Trainer {
  const trainer = new Trainer(config, dataset, { ops, events, ...registry && { registry }, ...first && { weights: { ...first, classes } } })
  if (snapshot) trainer.restore(snapshot)
  return trainer
}

/** The settings after all events. */
export const presentConfig = ({ config, events, dataset }: Pick<Checkpoint, 'config' | 'events' | 'dataset'>, registry?: LayerRegistry): RunConfig =>
  withEvents(config, events, architectureOn(config.network, dataset).input, registry)

/** The weights in a checkpoint. */
export function weightsOfCheckpoint(checkpoint: Checkpoint): WeightsFile {
  const { dataset, classes, snapshot: { position: { step }, loss, tensors }, version } = checkpoint
  const config = presentConfig(checkpoint)
  const architecture = architectureOn(config.network, dataset)
  const data = new Map(tensors.map(tensor => [tensor.path, tensor.data]))
  return { architecture, config, step, classes, version, dataset, metrics: loss === null ? {} : { loss }, tensors: tensorsOf(architecture).map(({ path }) => ({ path, data: data.get(path)! })) }
}

/** A tensor's name in the file and its shape. */
export interface TensorShape { readonly path: string, readonly shape: readonly number[] }

/** Tensors of a checkpoint: the state, and the initial weights. */
export function layoutOf(checkpoint: Pick<Checkpoint, 'config' | 'events' | 'dataset'>, registry?: LayerRegistry): { readonly state: readonly TensorShape[], readonly first: readonly TensorShape[] } {
  const config = presentConfig(checkpoint, registry)
  const architecture = architectureOn(config.network, checkpoint.dataset)
  return { state: stateLayout(architecture, config, registry), first: tensorsOf(architecture, registry).map(({ path, shape }) => ({ path: `${firstPrefix}${path}`, shape })) }
}

/** Eight hexadecimal digits, so that a checksum can be filled in later. */
export const checksumText = (checksum: number): string => checksum.toString(16).padStart(8, '0')

/** Checksum of the texts in the metadata; the other checksum, crc32, covers the numbers. */
export const recipeChecksum = (metadata: ReadonlyMap<string, string>): string =>
  checksumText(crc32(new TextEncoder().encode(['version', 'backend', 'recipe', 'state'].map(key => metadata.get(key) ?? '').join('\n'))))

/**
 * Writes a checkpoint as a safetensors file in the lab's layout, with checksums of its numbers and of its recipe.
 * @param registry kinds of layers of this training; left out: the registered ones
 */
export function writeCheckpoint(checkpoint: Checkpoint, registry?: LayerRegistry): Uint8Array<ArrayBuffer> {
  const { config, events, dataset, classes, first, snapshot, goal, backend, version } = checkpoint
  const layout = layoutOf(checkpoint, registry)
  const shapes = new Map([...layout.state, ...layout.first].map(({ path, shape }) => [path, shape]))
  const entry = ({ path, data }: TensorNumbers, prefix = '') => [`${prefix}${path}`, { shape: shapes.get(`${prefix}${path}`)!, data: data instanceof Float32Array ? data : Float32Array.from(data) }] as const
  const tensors = new Map([...snapshot.tensors.map(tensor => entry(tensor)), ...(first?.tensors ?? []).map(tensor => entry(tensor, firstPrefix))])
  const { position, loss, optimizer, updates } = snapshot
  const metadata = new Map(Object.entries({
    format: 'pt', kind: checkpointKind, formatVersion: String(checkpointVersion), version, backend,
    recipe: JSON.stringify({ config, events, dataset, classes, first: first ? { step: first.step } : null, goal: goal ?? null }),
    state: JSON.stringify({ position, loss, optimizer, updates }),
  }))
  metadata.set('recipeCrc32', recipeChecksum(metadata)).set('crc32', checksumText(0))
  const bytes = writeSafetensors(tensors, metadata)
  const from = safetensorsHeaderEnd(bytes, checkpointKind)
  const checksum = checksumText(crc32(bytes.subarray(from)))
  bytes.set(new TextEncoder().encode(checksum), placeOf(bytes.subarray(0, from), '"crc32":"'))
  return bytes
}

/** Where the value of a metadata entry begins. Quotes inside a JSON text are escaped, so its key occurs once. */
const placeOf = (header: Uint8Array, key: string): number => {
  const text = new TextDecoder('latin1').decode(header) // a character for each byte
  return text.indexOf(key) + key.length
}

/** Whether a file has the header of a checkpoint. @throws FormatError safetensors.* */
export const isCheckpoint = (bytes: Uint8Array, file: string, fileBytes?: number): boolean => readSafetensorsHeader(bytes, file, fileBytes).metadata.get('kind') === checkpointKind
