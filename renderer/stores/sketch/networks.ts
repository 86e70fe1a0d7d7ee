import type { DrawSource, NamedWeights, NetworkNumbers } from '@contract'
import { type Architecture, buildModel, copyTensors, countParameters, createReferenceOps, type DatasetInfo, inputSize, LabError, mnist, type Model, type Normalization, type Ops, readWeights, savedTensors, setTensors, sizeOfShape, unitRange, type WeightsFile } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import type { KnownNetwork } from '../../lib/useNetworkFacts'

/** A network that was kept to be compared: its key ends in its weights' hash. */
export type KeptKey = `kept:${string}`
/** What reads a drawing */
export type NetworkChoice = DrawSource | KeptKey
export const isKept = (choice: NetworkChoice): choice is KeptKey => choice.startsWith('kept:')

/** A network in the window, which reads one image at a time. */
export interface DrawNetwork {
  readonly source: NetworkChoice
  /** The run and the step of its weights; null without a run */
  readonly at: NetworkNumbers['at']
  /** One row, with a gradient of the input. Its activations are those of the latest image that was read. */
  readonly model: Model
  readonly ops: Ops
  readonly normalization: Normalization
}

/** A network that stays as it is, whatever becomes of the run. */
export interface KeptNetwork {
  readonly key: KeptKey
  /** Of the file, or of the run; null for a run without a name */
  readonly name: string | null
  readonly from: 'run' | 'file'
  readonly facts: KnownNetwork
  /** That it has learned */
  readonly dataset: DatasetInfo
  readonly network: DrawNetwork
}

/** A larger network answers in its thread: here, reading an image would delay the ink, and so would copying the weights. */
const mostParameters = 1_000_000
export const isReadHere = (architecture: Pick<Architecture, 'input' | 'layers'>): boolean => countParameters(architecture) <= mostParameters

/** Networks that are kept at once; another one takes the place of the oldest */
const mostKept = 4

const ops = createReferenceOps('float32')

/** The networks that read drawings in the window: their weights are copied from the training thread, or read from a file. */
export const useNetworks = defineStore('networks', () => {
  /** A new object whenever a weight changes */
  const held = shallowReactive(new Map<DrawSource, DrawNetwork>())
  const kept = shallowRef<readonly KeptNetwork[]>([])
  const keptBy = computed(() => new Map<NetworkChoice, KeptNetwork>(kept.value.map(network => [network.key, network])))

  const keptOf = (choice: NetworkChoice): KeptNetwork | null => keptBy.value.get(choice) ?? null
  /** The network of a choice; null: its weights are not here */
  const networkOf = (choice: NetworkChoice): DrawNetwork | null => isKept(choice) ? keptOf(choice)?.network ?? null : held.get(choice) ?? null

  /** Copies the weights of a source as they are now. @throws LabError as the training thread's */
  async function copy(source: DrawSource): Promise<DrawNetwork> {
    const { at, architecture, normalization, tensors } = await request('draw:network', { source })
    const before = held.get(source)
    const model = before && isSame(before.model.architecture, architecture) ? before.model : buildModel(architecture, { rows: 1, inputGrad: true })
    setTensors(model, tensors)
    const network = { source, at, model, ops, normalization }
    held.set(source, network)
    return network
  }

  function put(network: KeptNetwork): KeptKey {
    if (!keptOf(network.key)) kept.value = [...kept.value, network].slice(-mostKept)
    return network.key
  }
  /** Keeps the run's network as it is now. @param about what is known of it, at the same step */
  async function keepRun(about: Pick<KeptNetwork, 'name' | 'dataset'> & Pick<KnownNetwork, 'measured'>): Promise<KeptKey> {
    const { at, model: { architecture }, model: learning, normalization } = await copy('run')
    const model = buildModel(architecture, { rows: 1, inputGrad: true })
    copyTensors(model, learning)
    return await keep(model, { normalization, at }, { name: about.name, from: 'run', dataset: about.dataset, facts: { architecture, step: at?.step ?? 0, measured: about.measured } })
  }
  /** Keeps the network of a weights file. @throws FormatError for one that cannot be read; LabError weights.dataset for one that does not say what its images are */
  async function keepFile({ name, bytes }: NamedWeights): Promise<KeptKey> {
    const weights = readWeights(bytes, name)
    const { architecture, step, metrics: { testAccuracy }, tensors } = weights
    const dataset = datasetOf(weights, name)
    const model = buildModel(architecture, { rows: 1, inputGrad: true })
    setTensors(model, tensors)
    return await keep(model, { normalization: weights.dataset?.normalization ?? unitRange, at: null }, {
      name, from: 'file', dataset, facts: { architecture, step, measured: testAccuracy === undefined ? null : { step, test: { accuracy: testAccuracy } } },
    })
  }
  async function keep(model: Model, network: Pick<DrawNetwork, 'normalization' | 'at'>, about: Omit<KeptNetwork, 'key' | 'network'>): Promise<KeptKey> {
    const key: KeptKey = `kept:${await hashOf(model)}`
    return put({ ...about, key, network: { ...network, source: key, model, ops } })
  }
  const drop = (key: KeptKey) => { kept.value = kept.value.filter(network => network.key !== key) }

  return { held, kept, keptOf, networkOf, copy, keepRun, keepFile, drop }
})

const isSame = (a: Architecture, b: Architecture): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Identifies a network: the same layers with the same numbers. */
async function hashOf(model: Model): Promise<string> {
  const tensors = savedTensors(model).map(({ tensor }) => Float32Array.from(tensor.data))
  const digests = await Promise.all([new TextEncoder().encode(JSON.stringify(model.architecture)), ...tensors].map(part => crypto.subtle.digest('SHA-256', part)))
  const all = new Uint8Array(await new Blob(digests).arrayBuffer())
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', all))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** What the network of a file has learned. A file that does not say is taken for one of MNIST if it has its sizes. */
function datasetOf({ dataset, classes, architecture }: WeightsFile, file: string): DatasetInfo {
  if (dataset) return { ...dataset, classes, testSource: 'files', licence: '', source: '', kind: dataset.id === mnist.id ? 'bundled' : 'imported' }
  const inputs = sizeOfShape(architecture.input)
  if (inputs === inputSize(mnist) && classes.length === mnist.classes.length) return mnist
  throw new LabError('weights.dataset', `${file} does not say what its images of ${inputs} pixels are`, { file, wanted: [inputSize(mnist), mnist.classes.length].join(' … '), found: [inputs, classes.length].join(' … ') })
}
