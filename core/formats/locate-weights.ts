import { activations, type Architecture } from '../config'
import { ConfigError, FormatError } from '../errors'
import { foundText } from '../found'
import { sizeOfShape } from '../layers/definition'
import { layerDefinition, type LayerRegistry } from '../layers/registry'
import { checkNetwork } from '../network/check'
import { checkPerceptron, expand } from '../network/perceptron'
import { checkParameters, planOf } from '../network/shapes'
import { excerpt } from '../typed/excerpt'
import { isCount, record } from '../untrusted'
import { chainOf, type TensorSource } from './chain'
import { fault, shapeText } from './fault'
import { readableDtype, readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header'
import { type Naming, pytorchNames } from './tensor-names'
import { assumedActivation, describe, parseJson, type StoredNetwork, type WeightsHeader } from './weights-header'

/** Metadata `kind` of a checkpoint, which has other tensors and other names than a weights file. */
export const checkpointKind = 'backprop-lab checkpoint'

/**
 * Reads the header of a weights file and checks that its tensors match its network. No tensor data is read.
 * @param start the file's first bytes: at least up to `safetensorsHeaderEnd`
 * @param file its name, for the message
 * @param fileBytes size of the whole file
 * @throws FormatError safetensors.* for damaged bytes; weights.* for an unsupported or inconsistent network
 */
export function readWeightsHeader(start: Uint8Array, file: string, fileBytes = start.length): WeightsHeader {
  return describeWeights(readSafetensorsHeader(start, file, fileBytes), file)
}

/** How a format stores a network. */
export interface Reading {
  readonly naming: Naming
  /** @throws FormatError when numbers of this type are not read */
  readonly checkType: (name: string, dtype: string, file: string) => unknown
  readonly registry?: LayerRegistry | undefined
}

/** A network in a file, and where each of its tensors stands. */
export interface LocatedNetwork {
  readonly header: WeightsHeader
  /** By the lab's paths: 'affine1.W' */
  readonly sources: ReadonlyMap<string, TensorSource>
}

/** The same for a safetensors header that has been read. @throws FormatError weights.*, chain.*, safetensors.dtype */
export const describeWeights = (header: SafetensorsHeader, file: string, registry?: LayerRegistry): WeightsHeader => locateWeights(header, file, { ...safetensorsReading, registry }).header

export const safetensorsReading: Reading = { naming: pytorchNames, checkType: readableDtype }

/** Finds a network in the tensors of a file: the one that its metadata describes, or else the one that its names and shapes show. @throws FormatError weights.*, chain.* */
export function locateWeights(header: StoredNetwork, file: string, reading: Reading): LocatedNetwork {
  const { registry } = reading
  if (header.metadata.get('kind') === checkpointKind) throw new FormatError('weights.checkpoint', `${file} is a checkpoint`, { file })
  const [declared, short] = [header.metadata.get('network'), header.metadata.get('architecture')]
  const own = declared !== undefined ? readNetwork(declared, file, registry) : short !== undefined ? readPerceptron(short, file) : null
  const { architecture, sources } = own
    ? { architecture: own, sources: checkedSources(header, own, file, reading) }
    : chainOf([...header.tensors].map(([name, { shape }]) => ({ name, shape })), assumedActivation, file, registry)
  // unexpected tensors are reported before numbers of another type
  for (const { name } of sources.values()) if (name !== null) reading.checkType(name, header.tensors.get(name)!.dtype, file)
  return { sources, header: describe(header, architecture, registry) }
}

/** Limit for the pixels of an image */
const maxInputs = 2 ** 20

/** Reads the network that the metadata declares. */
function readNetwork(text: string, file: string, registry?: LayerRegistry): Architecture {
  const value = record(parseJson(text))
  const { input } = value
  try {
    if (!Array.isArray(input) || input.length < 1 || input.length > 3 || !input.every(isCount) || sizeOfShape(input) < 1 || sizeOfShape(input) > maxInputs)
      throw new ConfigError('network.input', `the input is ${foundText(input)}`, { found: foundText(input) })
    const architecture = { input, ...checkNetwork(value, registry) }
    checkParameters(architecture, registry) // also checks that the layers fit together
    return architecture
  }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    throw new FormatError('weights.network', `${file}: ${cause.message}`, { file, layer: cause.details.layer ?? '–', found: excerpt(String(cause.details.found ?? '–')) }, { cause })
  }
}

/** The network in the metadata of earlier versions: sizes and one activation. */
function readPerceptron(text: string, file: string): Architecture {
  const { layers, activation } = record(parseJson(text))
  try { return expand(checkPerceptron({ layers, activation })) }
  catch (cause) {
    const found = typeof activation === 'string' && !isActivation(activation) && isPerceptron({ layers, activation: activations[0] }) ? activation : null
    if (found !== null) throw new FormatError('weights.activation', `${file}: the activation ${found} is unknown`, { file, wanted: activations.join(', '), found: excerpt(found) })
    throw new FormatError('weights.foreign', `${file}: not a network of the lab: ${cause instanceof Error ? excerpt(cause.message) : ''}`, { file, wanted: 'architecture, affine1.weight, affine1.bias', found: excerpt(text) || '–' })
  }
}

/** Where the tensors of a network that describes itself stand, and that they are all there and nothing else. */
function checkedSources({ tensors }: StoredNetwork, architecture: Architecture, file: string, { naming, registry }: Reading): ReadonlyMap<string, TensorSource> {
  const wanted = naming(architecture, registry)
  for (const { name, shape } of wanted) {
    const found = tensors.get(name)
    if (!found) throw fault(file, 'weights.missing', { tensor: name, wanted: shapeText(shape), found: namesIn(tensors) || '–' })
    if (found.shape.join() !== shape.join()) throw fault(file, 'weights.shape', { tensor: name, wanted: shapeText(shape), found: excerpt(shapeText(found.shape)) })
  }
  const names = new Set([...wanted.map(({ name }) => name), ...ignoredOf(architecture, registry)])
  const extra = [...tensors.keys()].find(name => !names.has(name))
  if (extra !== undefined) throw fault(file, 'weights.foreign', { wanted: wanted.map(({ name }) => name).join(', '), found: excerpt(extra) })
  return new Map(wanted.map(({ path, name, transposed }) => [path, { name, fill: 0, transposed }]))
}

/** Tensors of PyTorch's files that the lab has no use for. */
const ignoredOf = (architecture: Architecture, registry?: LayerRegistry): readonly string[] =>
  planOf(architecture, registry).flatMap(({ name, spec }) => (layerDefinition(spec.kind, registry).ignored ?? []).map(tensor => `${name}.${tensor}`))

function isPerceptron(value: { layers?: unknown, activation?: unknown }): boolean {
  try { return Boolean(checkPerceptron(value)) }
  catch { return false }
}

const isActivation = (name: string): boolean => (activations as readonly string[]).includes(name)
const namesIn = (tensors: StoredNetwork['tensors']): string => excerpt([...tensors.keys()].slice(0, 6).sort().join(', '))
