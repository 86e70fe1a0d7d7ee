import type { Architecture } from '../../config'
import { layerDefinition, type LayerRegistry, lossDefinition } from '../../layers/registry'
import { planOf } from '../../network/shapes'
import { noCode } from '../code/source'

/**
 * A network as a PyTorch program: `build_network`, whose tensors have the names of the weights file, and `loss_of`.
 * @throws LabError export.noCode when a layer's definition has no module of PyTorch
 */
export function modelSource(architecture: Architecture, registry?: LayerRegistry): string {
  const { title, pytorch: { loss } } = lossDefinition(architecture.loss)
  return `"""The network of Backprop Lab."""
from collections import OrderedDict

from torch import nn
from torch.nn import functional as F


def build_network():
    """Its tensors have the names of the weights file."""
    return nn.Sequential(OrderedDict([
        ("flatten", nn.Flatten()),
${modulesOf(architecture, registry).map(({ name, module }) => `        ("${name}", ${module}),\n`).join('')}    ]))


def loss_of(outputs, labels):
    """${title}, averaged over the images."""
${loss.map(line => `    ${line}\n`).join('')}`
}

/** The layers with their names. @throws LabError export.noCode */
function modulesOf(architecture: Architecture, registry?: LayerRegistry): readonly { readonly name: string, readonly module: string }[] {
  return planOf(architecture, registry).map(({ name, spec, input }) => {
    const { pytorch } = layerDefinition(spec.kind, registry)
    if (!pytorch) throw noCode(spec.kind, 'PyTorch')
    return { name, module: pytorch(spec, input) }
  })
}
