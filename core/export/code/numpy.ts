import { operationOf, operations } from '../../graph/operations'
import type { LayerDefinition, NumpyLayer } from '../../layers/definition'
import { layerDefinition, lossDefinition } from '../../layers/registry'
import { graphNamesOf } from '../../network/graph-names'
import { optimizerDefinition } from '../../optim/registry'
import { architectureOn } from '../../train/fit'
import { type CodeSource, noCode, titleOf } from './source'

/**
 * A training as a NumPy module in the book's style: a class for each kind of layer, the network, the optimizer and a loop over
 * mini-batches. Initial weights and the order of the images are NumPy's own.
 * @throws LabError export.noCode
 */
export function numpyNetwork(source: CodeSource): string {
  const { config, dataset } = source
  const { batchSize, init, optimizer, weightDecay, seed, network } = config
  const { layers, inputs } = graphNamesOf(architectureOn(network, dataset))
  const planned = layers.map(({ name, spec, input }) => {
    const definition = layerDefinition(spec.kind)
    const tensors = definition.tensors(spec, input).filter(({ trained }) => trained)
    return { spec, definition, layer: layerClass(definition), tensors: tensors.map(tensor => ({ ...tensor, key: inputs.get(`${name}.${tensor.name}`)! })) }
  })
  const loss = lossDefinition(network.loss).numpy
  const { numpy: update, decaysWeights } = optimizerDefinition(optimizer.kind)
  if (!update) throw noCode(optimizer.kind, 'NumPy')
  const classes = new Map([...planned.map(({ layer }) => layer), loss, update].map(({ name, source }) => [name, source]))
  const trainings = [...new Set(planned.flatMap(({ layer }) => layer.training ? [layer.name] : []))]
  const rates = Object.entries(optimizer).filter(([name]) => name !== 'kind')
  const decayed = weightDecay > 0 ? planned.flatMap(({ tensors }) => tensors.flatMap(({ key, decay }) => decay ? [quoted(key)] : [])) : []
  const keys = decayed.length === 1 ? `${decayed[0]},` : decayed.join(', ')
  const inputCount = dataset.shape.reduce((a, b) => a * b)

  return `# ${titleOf(source)}
# for ${dataset.name}, as set in Backprop Lab, with the classes of "Deep Learning from Scratch".
# Initial weights and the order of the images are NumPy's own,
# so the losses differ a little from the lab's.
import numpy as np


${[...classes.values()].map(text => `${text}\n\n\n`).join('')}class Network:
    def __init__(self, seed=${seed}):
        rng = np.random.default_rng(seed)
        p = self.params = {
${planned.flatMap(({ layer, tensors }) => tensors.map(({ name, key, shape }) => `            ${quoted(key)}: ${layer.initial![name]!(shape, init)},\n`)).join('')}        }
        self.layers = [
${planned.map(({ spec, definition, layer, tensors }) => `            ${layer.name}(${[...tensors.map(({ key }) => `p[${quoted(key)}]`), ...definition.settings.flatMap(({ name, outputs }) => outputs ? [] : [String(spec[name])])].join(', ')}),\n`).join('')}        ]
        self.last_layer = ${loss.name}()

    def predict(self, x, training=False):
        for layer in self.layers:
${trainings.length === 0
  ? '            x = layer.forward(x)'
  : `            if isinstance(layer, ${trainings.length === 1 ? trainings[0] : `(${trainings.join(', ')})`}):
                x = layer.forward(x, training)
            else:
                x = layer.forward(x)`}
        return x

    def loss(self, x, t, training=False):
        return self.last_layer.forward(self.predict(x, training), t)

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t)

    def gradient(self, x, t):
        self.loss(x, t, training=True)
        dout = self.last_layer.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return {
${planned.flatMap(({ tensors }, i) => tensors.map(({ name, key }) => `            ${quoted(key)}: self.layers[${i}].d${name},\n`)).join('')}        }


def train(network, x_train, t_train, iterations, seed=${seed}):
    """x_train: (images, ${inputCount}), each pixel divided by ${dataset.normalization.divideBy}; t_train: (images,), classes 0 to ${dataset.classes.length - 1}."""
    optimizer = ${update.name}(${rates.map(([name, rate]) => `${pythonName(name)}=${rate}`).join(', ')})
    rng = np.random.default_rng(seed)
    order = []
    for _ in range(iterations):
        if len(order) == 0:
            order = rng.permutation(len(x_train))  # a new epoch
        batch, order = order[:${batchSize}], order[${batchSize}:]
        grads = network.gradient(x_train[batch], t_train[batch])
${decayed.length === 0
  ? ''
  : `        for key in (${keys}):  # weight decay
            ${decaysWeights ? `network.params[key] *= 1 - ${optimizer.learningRate} * ${weightDecay}` : `grads[key] = grads[key] + ${weightDecay} * network.params[key]`}
`}        optimizer.update(network.params, grads)
`
}

/** @throws LabError export.noCode for a kind with neither a class of its own nor an operation of its name */
function layerClass({ kind, numpy }: LayerDefinition): NumpyLayer {
  if (numpy) return numpy
  const code = operations().some(({ name }) => name === kind) ? operationOf(kind).code : undefined
  if (!code) throw noCode(kind, 'NumPy')
  return { name: code.numpy.name, source: code.numpy.source }
}

const quoted = (key: string): string => `'${key}'`
/** learningRate → learning_rate */
const pythonName = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
