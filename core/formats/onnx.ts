import { LabError } from '../errors'
import { type OnnxNode, sizeOfShape } from '../layers/definition'
import { layerDefinition, type LayerRegistry, lossDefinition } from '../layers/registry'
import { outputOf, planOf } from '../network/shapes'
import { bytes, embedded, float, integer, joined, message, type Message, text } from './protobuf'
import { pytorchNames } from './tensor-names'
import { inFile, metadataOf, type WeightsFile } from './weights'

/** Versions of the file and of its operators. @source ONNX, "Versioning": those of ONNX 1.12 */
const [irVersion, opset] = [8, 17]
/** Numbers of the types in a file */
const [floatTensor, floatAttribute, integerAttribute] = [1, 1, 2]
const [input, output, batch] = ['input', 'output', 'batch']

/**
 * Writes a network for ONNX: pixels as float32 [batch, D], normalized as `normalization` in the metadata says, to the loss's y
 * [batch, classes]. Layers that only training needs are left out; the parameters have PyTorch's names and layout.
 * @throws LabError export.noCode for a kind of layer without an operator
 * @source https://github.com/onnx/onnx, onnx.proto
 */
export function writeOnnx(weights: WeightsFile, registry?: LayerRegistry): Uint8Array<ArrayBuffer> {
  const { architecture } = weights
  const nodes = nodesOf(weights, registry)
  const graph = message(
    ...nodes.map(node => embedded(1, node)),
    text(2, 'network'),
    ...initializersOf(weights, registry).map(tensor => embedded(5, tensor)),
    embedded(11, valueOf(input, sizeOfShape(architecture.input))),
    embedded(12, valueOf(output, sizeOfShape(outputOf(architecture, registry)))),
  )
  return joined(message(
    integer(1, irVersion), text(2, 'Backprop Lab'), text(3, weights.version), embedded(7, graph), embedded(8, integer(2, opset)),
    ...[...metadataOf(weights)].map(([key, value]) => embedded(14, message(text(1, key), text(2, value)))),
  ))
}

/** The operators in order; each takes the output of the one before, and the last one makes the output. */
function nodesOf({ architecture }: WeightsFile, registry?: LayerRegistry): readonly Message[] {
  const steps = planOf(architecture, registry).flatMap(({ name, spec, input }): readonly Step[] => {
    const { tensors, onnx } = layerDefinition(spec.kind, registry)
    if (onnx === undefined) throw new LabError('export.noCode', `${spec.kind} has no operator in ONNX`, { kind: spec.kind, language: 'ONNX' })
    return onnx === null ? [] : [{ name, node: onnx(tensor => `${name}.${tensors(spec, input).find(({ name }) => name === tensor)!.stored}`) }]
  })
  const { onnx } = lossDefinition(architecture.loss)
  const all = onnx ? [...steps, { name: architecture.loss, node: onnx }] : steps
  let from = input
  return (all.length > 0 ? all : [{ name: output, node: { operator: 'Identity' } }]).map(({ name, node: { operator, inputs = [], integers = {}, floats = {} } }, i, { length }) => {
    const to = i === length - 1 ? output : `${name}.out`
    const node = message(
      ...[from, ...inputs].map(name => text(1, name)), text(2, to), text(3, name), text(4, operator),
      ...Object.entries(integers).map(([key, value]) => embedded(5, message(text(1, key), integer(3, value), integer(20, integerAttribute)))),
      ...Object.entries(floats).map(([key, value]) => embedded(5, message(text(1, key), float(2, value), integer(20, floatAttribute)))),
    )
    from = to
    return node
  })
}
interface Step { readonly name: string, readonly node: OnnxNode }

function initializersOf({ architecture, tensors }: WeightsFile, registry?: LayerRegistry): readonly Message[] {
  const numbers = new Map(tensors.map(({ path, data }) => [path, data]))
  return pytorchNames(architecture, registry).map((named) => {
    const { buffer, byteOffset, byteLength } = inFile(numbers.get(named.path)!, named)
    return message(...named.shape.map(size => integer(1, size)), integer(2, floatTensor), text(8, named.name), bytes(9, new Uint8Array(buffer, byteOffset, byteLength)))
  })
}

/** Name, type and shape of an input or output: any number of rows. */
const valueOf = (name: string, columns: number): Message =>
  message(text(1, name), embedded(2, embedded(1, message(integer(1, floatTensor), embedded(2, message(embedded(1, text(2, batch)), embedded(1, integer(1, columns))))))))
