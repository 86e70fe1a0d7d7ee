import type { LayerSpec } from '../config'
import { layerKinds, type LayerRegistry } from '../layers/registry'
import { fileKind } from './file-kind'
import { readNpz } from './npz'
import { beginsAsPickle, readPickle } from './pickle'
import { type PixelScale, pixelScales, withUnitPixels } from './pixel-scale'
import { readWeights, type WeightsFile } from './weights'
import { assumedActivation } from './weights-header'

export const networkFormats = ['safetensors', 'npz', 'pickle'] as const
export type NetworkFormat = (typeof networkFormats)[number]

/** What a file of another program does not say, so that a person has to choose. */
export const openChoices = ['activation', 'normalization'] as const
export type OpenChoice = (typeof openChoices)[number]

/** A network from a file of any format that is read. */
export interface NetworkFile {
  readonly format: NetworkFormat
  /** Where a choice is open, with the first one */
  readonly weights: WeightsFile
  /** Empty for a file that describes itself */
  readonly open: readonly OpenChoice[]
}

/** An answer to the open choices of a file; a choice that is not open is left out. */
export interface NetworkChoice {
  /** Kind of the layers between the affine ones: 'relu' */
  readonly activation?: string
  readonly normalization?: PixelScale
}

/**
 * Reads a network from a file; its first bytes tell the format, and its name which reader refuses a file of none.
 * @param file its name, for the message
 * @throws FormatError naming the rule that the file breaks, and the place
 */
export function readNetworkFile(bytes: Uint8Array, file: string, registry?: LayerRegistry): NetworkFile {
  const format = formatOf(bytes, file)
  const weights = readers[format](bytes, file, registry)
  return { format, weights, open: openChoices.filter(choice => weights.gaps?.includes(choice)) }
}

const readers: Readonly<Record<NetworkFormat, typeof readWeights>> = { safetensors: readWeights, npz: readNpz, pickle: readPickle }

/** A zip is NumPy's, unless PyTorch wrote it: its reader says how such a file is converted, as it says what any other file is. */
function formatOf(bytes: Uint8Array, file: string): NetworkFormat {
  const kind = fileKind(bytes)
  if (kind === 'NumPy (.npz)' || kind === 'ZIP') return 'npz'
  if (kind === 'pickle' || (kind === null && beginsAsPickle(bytes) && !looksLikeSafetensors(bytes))) return 'pickle'
  return /\.npz$/i.test(file) && !kind?.startsWith('PyTorch') && !looksLikeSafetensors(bytes) ? 'npz' : 'safetensors'
}

/** A header of a length that begins as a pickle would. */
const looksLikeSafetensors = (bytes: Uint8Array): boolean => bytes[7] === 0 && bytes[8] === 0x7b

/** Every combination of answers to the open choices; a single empty one when nothing is open. */
export function choicesOf({ open }: Pick<NetworkFile, 'open'>, registry: LayerRegistry = layerKinds): readonly NetworkChoice[] {
  const activations = open.includes('activation') ? activationsIn(registry) : [undefined]
  const scales = open.includes('normalization') ? Object.keys(pixelScales) as PixelScale[] : [undefined]
  return activations.flatMap(activation => scales.map(normalization => ({ ...activation !== undefined && { activation }, ...normalization !== undefined && { normalization } })))
}

/**
 * The network under one choice. Its first layer is changed so that it takes pixels from 0 to 1, as all networks of the lab do.
 */
export function withChoice({ weights }: Pick<NetworkFile, 'weights'>, choice: NetworkChoice): WeightsFile {
  const { activation, normalization = 'unit' } = choice
  const { architecture, config, gaps = [], weightsSha256, ...rest } = weights
  const layers = architecture.layers.map((layer): LayerSpec => activation !== undefined && layer.kind === assumedActivation ? { kind: activation } : layer)
  const left = gaps.filter(gap => !(gap in choice))
  return withUnitPixels({
    ...rest, architecture: { ...architecture, layers }, config: config && { ...config, network: { ...config.network, layers } }, ...left.length > 0 && { gaps: left },
    ...normalization === 'unit' && weightsSha256 !== undefined && { weightsSha256 }, // of the numbers as they are in the file
  }, normalization)
}

/** Kinds of layers that are activations, in the registry's order. */
const activationsIn = (registry: LayerRegistry): readonly string[] => [...registry.values()].filter(({ units, settings }) => units && settings.length === 0).map(({ kind }) => kind)
