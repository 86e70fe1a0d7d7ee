import type { DrawSource, NetworkNumbers } from '@contract'
import { type Architecture, buildModel, countParameters, createReferenceOps, type Model, type Normalization, type Ops, setTensors } from '@core'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { request } from '../../lib/bridge'

/** A network in the window, which reads one image at a time. */
export interface DrawNetwork {
  readonly source: DrawSource
  /** The run and the step of its weights; null without a run */
  readonly at: NetworkNumbers['at']
  /** One row, with a gradient of the input. Its activations are those of the latest image that was read. */
  readonly model: Model
  readonly ops: Ops
  readonly normalization: Normalization
}

/** A larger network answers in its thread: here, reading an image would delay the ink, and so would copying the weights. */
const mostParameters = 1_000_000
export const isReadHere = (architecture: Pick<Architecture, 'input' | 'layers'>): boolean => countParameters(architecture) <= mostParameters

const ops = createReferenceOps('float32')

/** The networks that read drawings in the window: their weights are copied from the training thread. */
export const useNetworks = defineStore('networks', () => {
  /** A new object whenever a weight changes */
  const held = shallowReactive(new Map<DrawSource, DrawNetwork>())

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
  return { held, copy }
})

const isSame = (a: Architecture, b: Architecture): boolean => JSON.stringify(a) === JSON.stringify(b)
