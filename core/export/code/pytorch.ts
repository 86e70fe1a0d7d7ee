import { layerDefinition, lossDefinition } from '../../layers/registry'
import { planOf } from '../../network/shapes'
import { optimizerDefinition } from '../../optim/registry'
import { architectureOn } from '../../train/fit'
import type { Init } from '../../config'
import { type CodeSource, noCode, titleOf } from './source'

/** As in `Affine.initialize` */
const deviations: Readonly<Record<Init, string>> = { small: '0.01', xavier: '(1 / layer.in_features) ** 0.5', he: '(2 / layer.in_features) ** 0.5' }

/**
 * A training as a PyTorch module: the network, the loss, the optimizer and a loop over mini-batches. Initial weights and the order of
 * the images are PyTorch's own.
 * @throws LabError export.noCode
 */
export function pytorchNetwork(source: CodeSource): string {
  const { config: { network, init, optimizer, weightDecay, batchSize, seed }, dataset } = source
  const plan = planOf(architectureOn(network, dataset)).map(({ spec, input }) => {
    const { pytorch, tensors } = layerDefinition(spec.kind)
    if (!pytorch) throw noCode(spec.kind, 'PyTorch')
    return { module: pytorch(spec, input), tensors: tensors(spec, input).filter(({ trained }) => trained) }
  })
  const { pytorch: update } = optimizerDefinition(optimizer.kind)
  if (!update) throw noCode(optimizer.kind, 'PyTorch')
  const parametersWith = (wanted: boolean): string =>
    plan.flatMap(({ tensors }, i) => tensors.flatMap(({ stored, decay = false }) => decay === wanted ? [`network[${i}].${stored}`] : [])).join(', ')
  const groups = weightDecay === 0
    ? 'network.parameters()'
    : `[
    {"params": [${parametersWith(true)}], "weight_decay": ${weightDecay}},
    {"params": [${parametersWith(false)}]},
]`
  return `# ${titleOf(source)}
# for ${dataset.name}, as set in Backprop Lab.
# Initial weights and the order of the images are PyTorch's own,
# so the losses differ a little from the lab's.
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(${seed})
network = nn.Sequential(
${plan.map(({ module }) => `    ${module},\n`).join('')})
for layer in network:
    if isinstance(layer, nn.Linear):
        nn.init.normal_(layer.weight, std=${deviations[init]})
        nn.init.zeros_(layer.bias)
optimizer = torch.optim.${update.name}(${[groups, `lr=${optimizer.learningRate}`, ...update.arguments(optimizer), 'weight_decay=0'].join(', ')})


def loss_of(outputs, labels):
${lossDefinition(network.loss).pytorch.loss.map(line => `    ${line}\n`).join('')}

def train(x_train, t_train, iterations):
    """x_train: (images, ${dataset.shape.reduce((a, b) => a * b)}), each pixel divided by ${dataset.normalization.divideBy}; t_train: (images,), classes 0 to ${dataset.classes.length - 1}."""
    network.train()
    order = []
    for _ in range(iterations):
        if len(order) == 0:
            order = torch.randperm(len(x_train))  # a new epoch
        batch, order = order[:${batchSize}], order[${batchSize}:]
        optimizer.zero_grad()
        loss_of(network(x_train[batch]), t_train[batch]).backward()
        optimizer.step()
`
}
