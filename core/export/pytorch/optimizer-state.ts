import type { Architecture, RunConfig } from '../../config'
import { LabError } from '../../errors'
import { writeSafetensors } from '../../formats/safetensors'
import { transpose } from '../../formats/weights'
import type { LayerRegistry } from '../../layers/registry'
import { tensorsOf } from '../../network/shapes'
import type { PytorchOptimizer } from '../../optim/optimizer'
import { optimizerDefinition } from '../../optim/registry'
import type { Snapshot } from '../../train/snapshot'
import { noCode } from '../code/source'

/** The part of a snapshot that an optimizer continues from. */
export type OptimizerState = Pick<Snapshot, 'updates' | 'tensors'>

/** @throws LabError export.noCode when it has no class of PyTorch */
export function pytorchOptimizer({ optimizer: { kind } }: Pick<RunConfig, 'optimizer'>): PytorchOptimizer {
  const { pytorch } = optimizerDefinition(kind)
  if (!pytorch) throw noCode(kind, 'PyTorch')
  return pytorch
}

/**
 * Writes an optimizer's state as safetensors with PyTorch's names and layout: 'affine1.weight.exp_avg', 'affine1.weight.step'.
 * @param state null or without updates: no tensors, so that PyTorch begins with its own initial state
 * @throws LabError export.noCode
 */
export function optimizerStateFile(architecture: Architecture, { optimizer }: Pick<RunConfig, 'optimizer'>, state: OptimizerState | null, registry?: LayerRegistry): Uint8Array<ArrayBuffer> {
  const { name, state: namesOf, countsSteps } = pytorchOptimizer({ optimizer })
  const updates = state?.updates ?? 0
  const data = new Map(state?.tensors.map(tensor => [tensor.path, tensor.data]))
  const tensors = new Map<string, { readonly shape: readonly number[], readonly data: Float32Array }>()
  for (const { path, storedPath, shape, trained, transposed } of updates > 0 ? tensorsOf(architecture, registry) : []) {
    if (!trained) continue
    for (const [own, { name, factor }] of Object.entries(namesOf(optimizer))) {
      const values = data.get(`optimizer.${path}.${own}`)
      if (!values) throw new LabError('internal', `the state has no ${path}.${own}`, { found: path })
      const scaled = factor === 1 ? values : values.map(value => value * factor)
      const stored = transposed ? { shape: [...shape].reverse(), data: transpose(scaled, shape[0]!, shape[1]!) } : { shape, data: scaled }
      tensors.set(`${storedPath}.${name}`, stored)
    }
    if (countsSteps) tensors.set(`${storedPath}.step`, { shape: [], data: Float32Array.of(updates) })
  }
  return writeSafetensors(tensors, new Map([['format', 'pt'], ['optimizer', name], ['updates', String(updates)]]))
}
