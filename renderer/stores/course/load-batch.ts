import { Arena, type Architecture, buildGraph, createReferenceOps, type GradSlot, graphNamesOf, layerDefinition, optimizerDefinition, outputOf, type Param, parseProgram, productsOf, runGraph, sizesOf, Slot, Tensor, tensorsOf, type Trace, type Value } from '@core'
import type { BatchFrame } from '@contract'
import { request } from '../../lib/bridge'

/** The current network on its next mini-batch, as a trace of a graph. */
export interface BatchTrace {
  readonly trace: Trace
  readonly runId: number
  /** Mini-batches learned so far: the weights are those after this step */
  readonly step: number
  /** Units of the run's layers */
  readonly layers: readonly number[]
  /** Images in the graph, fewer for a large network; `of` counts the whole mini-batch */
  readonly rows: number
  readonly of: number
  /** Whether a layer's outputs depend on the other images in the graph, as batch normalization's do */
  readonly usesBatchStatistics: boolean
  readonly labels: readonly number[]
  /** Shape of the dataset's images */
  readonly imageShape: BatchFrame['imageShape']
}

/** Multiply-adds of a forward pass that take the window about a tenth of a second: a delay that is hardly felt */
const maxWork = 12_000_000

/**
 * Reads a run's weights and its next mini-batch, and computes forward, backward and the optimizer's update in the window.
 * @throws LabError when main cannot answer
 */
export async function loadBatch(architecture: Architecture): Promise<BatchTrace> {
  const weights = productsOf(architecture).reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0)
  return traceOf(await request('run:batch', { rows: Math.max(1, Math.floor(maxWork / weights)) }))
}

function traceOf(frame: BatchFrame): BatchTrace {
  const { runId, step, of, images, tensors, config, input, imageShape } = frame
  const architecture = { input, ...config.network }
  const rows = images.length
  const classes = outputOf(architecture)[0]!
  const planned = tensorsOf(architecture)
  const { inputs: nameOf, layers, expression } = graphNamesOf(architecture)
  const constants = layers.flatMap(({ name, spec, input, at }) => layerDefinition(spec.kind).constants?.(spec, { name, at, rows, input, seed: config.seed, step }) ?? [])
  const inputs = new Map<string, Value>([
    ['X', { shape: [rows, ...input], data: images.flatMap(({ pixels }) => [...pixels]) }],
    ['T', { shape: [rows, classes], data: images.flatMap(({ label }) => Array.from({ length: classes }, (_, k) => k === label ? 1 : 0)) }],
    ...planned.map(({ path, shape }) => [nameOf.get(path)!, { shape, data: Array.from(tensors.find(tensor => tensor.path === path)!.data) }] as const),
    ...constants.map(({ name, ...value }) => [name, value] as const),
  ])
  const graph = buildGraph(parseProgram(expression))
  const parameters = planned.flatMap(({ path, trained, decay = false }): Parameter[] => trained ? [{ path, name: nameOf.get(path)!, decay }] : [])
  const { optimizer } = config
  const update = { optimizer, make: (gradients: ReadonlyMap<string, Value>) => updatedBy(frame, parameters, inputs, gradients) }
  const trace = runGraph(graph, inputs, { parameters: parameters.map(({ name }) => name), learningRate: optimizer.learningRate, ...optimizer.kind === 'sgd' && config.weightDecay === 0 ? {} : { update } })
  return { trace, runId, step, layers: sizesOf(architecture), rows, of, imageShape, usesBatchStatistics: config.network.layers.some(({ kind }) => layerDefinition(kind).checkBatch !== undefined), labels: images.map(({ label }) => label) }
}

/** A trained tensor of the network, with its name in the graph. */
interface Parameter extends Pick<Param, 'path' | 'decay'> { readonly name: string }

/** The parameters after an update by the run's optimizer, starting from its present state. */
function updatedBy({ config, optimizer: { updates, state } }: BatchFrame, parameters: readonly Parameter[], inputs: ReadonlyMap<string, Value>, gradients: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const tensor = (name: string, values: ReadonlyMap<string, Value>): Tensor => Tensor.from(values.get(name)!.data, values.get(name)!.shape, 'float64')
  const params = parameters.map(({ path, name, decay }): Param => ({ path, slot: new Slot(tensor(name, inputs), tensor(name, gradients)) as GradSlot, decay }))
  const optimizer = optimizerDefinition(config.optimizer.kind).create(config, params, new Arena('float64'))
  optimizer.updates = updates
  for (const { path, tensor: { data } } of optimizer.state) data.set(state.find(saved => saved.path === path)!.data)
  optimizer.step(createReferenceOps('float64'))
  return new Map(params.map(({ slot: { value } }, i) => [parameters[i]!.name, { shape: value.shape, data: Array.from(value.data) }]))
}
