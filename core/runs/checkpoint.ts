import type { Architecture, OptimizerName, RunConfig } from '../config'
import type { DatasetMark } from '../data/dataset'
import { readDatasetMark } from '../data/dataset-mark'
import type { Position } from '../data/mini-batches'
import { FormatError, LabError } from '../errors'
import { checkRunConfig } from '../formats/run-config'
import { parseSafetensors, writeSafetensors } from '../formats/safetensors'
import { readSafetensorsHeader, safetensorsHeaderEnd } from '../formats/safetensors-header'
import { foundText } from '../found'
import type { TensorNumbers } from '../network/params'
import { tensorsOf } from '../network/shapes'
import type { RunEvent } from '../train/change'
import type { Snapshot } from '../train/snapshot'
import { excerpt } from '../typed/excerpt'
import { crc32 } from './crc32'

/** A training that can be continued to the bit: its whole recipe and its present state. */
export interface Checkpoint {
  /** The settings at the beginning; `events` lead to the present ones */
  readonly config: RunConfig
  readonly events: readonly RunEvent[]
  readonly architecture: Architecture
  readonly dataset: DatasetMark
  readonly classes: readonly string[]
  /** Initial tensors; left out: drawn from the seed */
  readonly first?: { readonly step: number, readonly tensors: readonly TensorNumbers[] }
  readonly snapshot: Snapshot
  /** Kernel module that computed: 'wasm-relaxed-simd' */
  readonly backend: string
  /** Version of the lab that wrote it */
  readonly version: string
}

const kind = 'backprop-lab checkpoint'
const formatVersion = 1
const firstPrefix = 'first.'

/** Writes a checkpoint as a safetensors file in the lab's layout, with a checksum of its data. */
export function writeCheckpoint({ config, events, architecture, dataset, classes, first, snapshot, backend, version }: Checkpoint): Uint8Array<ArrayBuffer> {
  const flat = ({ path, data }: TensorNumbers, prefix = ''): [string, { shape: readonly number[], data: Float32Array }] =>
    [`${prefix}${path}`, { shape: [data.length], data: data instanceof Float32Array ? data : Float32Array.from(data) }]
  const tensors = new Map([...snapshot.tensors.map(tensor => flat(tensor)), ...(first?.tensors ?? []).map(tensor => flat(tensor, firstPrefix))])
  const { position, loss, optimizer, updates } = snapshot
  const metadata = {
    kind, formatVersion: String(formatVersion), version: JSON.stringify(version), backend: JSON.stringify(backend),
    recipe: JSON.stringify({ config, events, network: architecture, dataset, classes, first: first ? { step: first.step } : null }),
    state: JSON.stringify({ position, loss, optimizer, updates }),
  }
  const unchecked = writeSafetensors(tensors, new Map(Object.entries(metadata)))
  const checksum = crc32(unchecked.subarray(safetensorsHeaderEnd(unchecked, kind)))
  return writeSafetensors(tensors, new Map(Object.entries({ ...metadata, crc32: String(checksum) })))
}

/** Whether a file's header is that of a checkpoint. @throws FormatError safetensors.* */
export const isCheckpoint = (bytes: Uint8Array, file: string): boolean => readSafetensorsHeader(bytes, file).metadata.get('kind') === kind

/**
 * Reads a checkpoint.
 * @param file its name, for the message
 * @throws FormatError safetensors.* for damaged bytes; checkpoint.* naming what is wrong
 */
export function readCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes, file)
  const refuse = (code: 'checkpoint.foreign' | 'checkpoint.version' | 'checkpoint.damaged' | 'checkpoint.content', wanted: string, found: string): FormatError =>
    new FormatError(code, `${file}: ${code}: wanted ${wanted}, found ${found}`, { file, wanted, found: excerpt(found) })
  if (metadata.get('kind') !== kind) throw refuse('checkpoint.foreign', kind, metadata.get('kind') ?? '–')
  if (metadata.get('formatVersion') !== String(formatVersion)) throw refuse('checkpoint.version', String(formatVersion), metadata.get('formatVersion') ?? '–')
  const checksum = crc32(bytes.subarray(safetensorsHeaderEnd(bytes, file)))
  if (metadata.get('crc32') !== String(checksum)) throw refuse('checkpoint.damaged', metadata.get('crc32') ?? '–', String(checksum))
  const json = (key: string): Record<string, unknown> => {
    try { return JSON.parse(metadata.get(key) ?? '') as Record<string, unknown> }
    catch { throw refuse('checkpoint.content', `${key} as JSON`, metadata.get(key) ?? '–') }
  }
  const [recipe, state] = [json('recipe'), json('state')]
  const config = inFile(file, () => checkRunConfig(recipe['config']))
  const architecture = { input: (recipe['network'] as Architecture).input, ...config.network }
  const dataset = readDatasetMark(recipe['dataset'], (recipe['dataset'] as { normalization?: unknown } | null)?.normalization)
  if (!dataset) throw refuse('checkpoint.content', 'a dataset', foundText(recipe['dataset']))
  const planned = tensorsOf(architecture)
  const numbers = (path: string, size: number): Float32Array => {
    const data = tensors.get(path)?.data
    if (!(data instanceof Float32Array) || data.length !== size) throw refuse('checkpoint.content', `${path} (${size})`, data ? String(data.length) : '–')
    return data
  }
  const sizeOf = new Map(planned.map(({ path, shape }) => [path, shape.reduce((a, b) => a * b, 1)]))
  const first = recipe['first'] as { step: number } | null
  const optimizerPaths = [...tensors.keys()].filter(path => path.startsWith('optimizer.'))
  return {
    config, events: recipe['events'] as readonly RunEvent[], architecture, dataset, classes: recipe['classes'] as readonly string[],
    ...first && { first: { step: first.step, tensors: planned.map(({ path }) => ({ path, data: numbers(`${firstPrefix}${path}`, sizeOf.get(path)!) })) } },
    snapshot: {
      position: state['position'] as Position, loss: state['loss'] as number | null,
      optimizer: state['optimizer'] as OptimizerName, updates: state['updates'] as number,
      tensors: [...planned.map(({ path }) => ({ path, data: numbers(path, sizeOf.get(path)!) })), ...optimizerPaths.map(path => ({ path, data: numbers(path, sizeOf.get(path.replace(/^optimizer\.|\.\w+$/g, '')) ?? -1) }))],
    },
    backend: String(json('backend')), version: String(json('version')),
  }
}

/** Adds the file to an error about its contents. */
function inFile<T>(file: string, work: () => T): T {
  try { return work() }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw new FormatError('checkpoint.content', `${file}: ${cause.message}`, { file, wanted: '–', found: excerpt(cause.message) }, { cause })
  }
}
