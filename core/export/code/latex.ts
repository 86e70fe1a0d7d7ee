import { aligned, Equations } from '../../graph/code'
import { planOf } from '../../graph/code/plan'
import { nameLatex } from '../../graph/formulas'
import type { Nested } from '../../graph/types'
import { layerDefinition } from '../../layers/registry'
import { graphNamesOf } from '../../network/graph-names'
import { optimizerDefinition } from '../../optim/registry'
import { architectureOn } from '../../train/fit'
import { type CodeSource, titleOf } from './source'

/** Rows and columns of the stand-ins below: the equations depend on the number of dimensions alone */
const two = [0, 0]

/**
 * One step of a training as LaTeX: the shapes, the forward pass, the gradients in backward order, and the update.
 * @throws LabError graph.* for a layer whose expression the graph cannot read
 */
export function latexNetwork(source: CodeSource): string {
  const { config: { network, optimizer, weightDecay, batchSize }, dataset } = source
  const { layers, inputs, expression } = graphNamesOf(architectureOn(network, dataset))
  const parameters = layers.flatMap(({ name, spec, input }) => layerDefinition(spec.kind).tensors(spec, input).filter(({ trained }) => trained)
    .map(({ name: tensor, shape, decay }) => ({ name: inputs.get(`${name}.${tensor}`)!, shape, decay })))
  const masks = layers.flatMap(({ name, spec, input, at }) => (layerDefinition(spec.kind).constants?.(spec, { name, at, rows: 0, input, seed: 0, step: 0 }) ?? []).map(({ name }) => name))
  const given = { X: [two, two], T: [two, two], ...Object.fromEntries(masks.map(name => [name, [two, two]])), ...Object.fromEntries(parameters.map(({ name, shape }) => [name, shape.length === 1 ? two : [two, two]])) }
  const equations = new Equations(planOf({ expression, inputs: given as Readonly<Record<string, Nested>> }), { N: 'N' })

  const [letter, size] = [nameLatex, (...shape: readonly (number | string)[]) => `\\mathbb{R}^{${shape.join(' \\times ')}}`]
  const ends = [`X &\\in ${size('N', dataset.shape.reduce((a, b) => a * b))}, \\quad T \\in ${size('N', dataset.classes.length)}, \\quad N = ${batchSize}`]
  const update = optimizerDefinition(optimizer.kind)
  const latex = (name: string): string => update.rule(optimizer).latex(letter(name), 'L')
  const decays = weightDecay === 0
    ? []
    : parameters.filter(({ decay }) => decay).map(({ name }) => update.decaysWeights
        ? `${letter(name)} &\\leftarrow (1 - \\eta \\cdot ${weightDecay}) \\, ${letter(name)}`
        : `\\frac{\\partial L}{\\partial ${letter(name)}} &\\leftarrow \\frac{\\partial L}{\\partial ${letter(name)}} + ${weightDecay} \\, ${letter(name)}`)
  return [
    `% ${titleOf(source)}, for ${dataset.name}`,
    aligned([
      ...[...ends, ...parameters.map(({ name, shape }) => `${letter(name)} &\\in ${size(...shape)}`)].map(text => ({ text })),
      ...equations.forwardLines(), ...equations.backwardLines(parameters.map(({ name }) => name)),
      ...[`\\eta &= ${optimizer.learningRate}`, ...decays, ...parameters.map(({ name }) => latex(name).replace('\\leftarrow', '&\\leftarrow'))].map(text => ({ text })),
    ]).text,
  ].join('\n')
}
