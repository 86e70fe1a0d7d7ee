import { backward } from '../backward'
import { equals, type GraphLetters, lettersOf, nOf, partial, valueLatex } from '../formulas'
import { forward } from '../forward'
import { type Letters, operationOf } from '../operations'
import type { Edge, GraphDocument, OperationNode, Value } from '../types'
import { sameShape } from '../values'
import { type Plan, planOf } from './plan'
import { type Lines, type Listing, listingOf } from './listing'

/**
 * The graph as LaTeX: one equation per node, then one per gradient in backward order, with numbers.
 * @returns a complete `aligned` environment
 * @throws LabError graph.*
 */
export function latexOf(document: GraphDocument): Listing {
  const plan = planOf(document)
  const forwardPass = forward(plan.graph, plan.inputs)
  const gradients = forwardPass.problem ? new Map<string, Value>() : backward(forwardPass, plan.upstream).gradients
  return aligned(new Equations(plan, { values: forwardPass.values, gradients }).lines())
}

/** A complete `aligned` environment of equations. */
export function aligned(equations: readonly Lines[]): Listing {
  const broken = equations.map((equation, i) => i < equations.length - 1 ? { ...equation, text: `${equation.text} \\\\` } : equation)
  return listingOf([{ text: '\\begin{aligned}' }, ...broken, { text: '\\end{aligned}\n' }])
}

interface EquationsOptions {
  /** Their numbers stand behind the equations; left out: letters alone */
  readonly values?: ReadonlyMap<string, Value>
  readonly gradients?: ReadonlyMap<string, Value>
  /** What stands for the number of rows; left out: that number */
  readonly N?: string
}

/** The equations of a graph: its inputs, one for each node, then one for each gradient in backward order. */
export class Equations {
  readonly letters: GraphLetters

  constructor(private readonly plan: Plan, private readonly options: EquationsOptions) {
    this.letters = lettersOf(plan.graph, plan.upstream)
  }

  lines(): readonly Lines[] {
    return [...[...this.plan.inputs].map(([name, value]) => ({ text: `${this.letters.of(name)} &= ${valueLatex(value)}` })), ...this.forwardLines(), ...this.backwardLines()]
  }

  forwardLines(): readonly Lines[] {
    return this.plan.operations.map(node => ({ text: `${this.letters.of(node.id)} &= ${this.forward(node)}${this.number(this.options.values?.get(node.id))}`, steps: [`forward:${node.id}`] }))
  }

  /** @param of the inputs whose gradients are asked for; left out: all */
  backwardLines(of: readonly string[] = [...this.plan.inputs.keys()]): readonly Lines[] {
    const { graph, operations, between, upstream } = this.plan
    return [
      ...between.has(graph.output) ? [{ text: `${this.gradient(graph.output)} &= ${valueLatex(upstream)}`, steps: [`start:${graph.output}`] }] : [],
      ...[...operations.map(({ id }) => id).reverse(), ...of].filter(id => id !== graph.output && between.has(id))
        .map(id => ({ text: `${this.gradient(id)} &= ${this.sum(id)}${this.number(this.options.gradients?.get(id))}`, steps: this.readers(id).map(({ to }) => `backward:${to}`) })),
      ...of.filter(name => !between.has(name)).map(name => ({ text: `${this.gradient(name)} &= 0` })),
    ]
  }

  private gradient(id: string): string { return partial(this.letters.outer, this.letters.of(id)) }
  private number(value: Value | undefined): string { return value ? ` ${equals(value)} ${valueLatex(value)}` : '' }

  private lettersOf({ id, args, operation }: OperationNode): Letters {
    const letter = (of: string): string => { // a second subscript needs braces
      const text = this.letters.of(of)
      return text.includes('_') ? `{${text}}` : text
    }
    const shapes = args.map(arg => this.plan.shapes.get(arg)!)
    const x = letter(args[0]!)
    const deviation = `\\sqrt{\\operatorname{var}(${x}) + \\varepsilon}`
    return {
      args: args.map(letter), out: letter(id), dout: this.gradient(id), y: `\\operatorname{softmax}(${x})`,
      xHat: `\\frac{${x} - \\operatorname{mean}(${x})}{${deviation}}`, deviation, N: this.options.N ?? String(nOf(operation, shapes)),
      times: this.sign(args, '\\times'),
    }
  }

  private forward(node: OperationNode): string {
    const { forward, numbers } = operationOf(node.operation).formula
    return (numbers?.forward ?? forward)(this.lettersOf(node))
  }

  /** The multiplication sign: ⊙ for an elementwise product, that is, if no argument is a plain number. */
  private sign(args: readonly string[], ofNumbers: string): string {
    return args.every(arg => this.plan.shapes.get(arg)!.length > 0) ? '\\odot' : ofNumbers
  }

  /** The sum of the contributions along each edge. */
  private sum(id: string): string {
    const parts = this.readers(id).map(({ to, slot }) => this.part(to, slot, id))
    return parts.reduce((sum, part) => part.startsWith('-') ? `${sum} - ${part.slice(1)}` : `${sum} + ${part}`)
  }

  /** The edges along which a gradient arrives at a node. */
  private readers(id: string): readonly Edge[] {
    return this.plan.graph.readers.get(id)!.filter(({ to }) => this.plan.between.has(to))
  }

  private part(to: string, slot: number, id: string): string {
    const node = this.plan.graph.byId.get(to) as OperationNode
    const { local, whole } = operationOf(node.operation).formula
    const letters = this.lettersOf(node)
    if (whole) return whole[slot]!(letters)
    const factor = local[slot]!(letters)
    const product = factor === '1' ? letters.dout : factor === '-1' ? `-${letters.dout}` : `${letters.dout} ${this.plan.shapes.get(to)!.length > 0 ? this.sign(node.args, '\\cdot') : '\\cdot'} ${/^-|^1 - /.test(factor) ? `\\left( ${factor} \\right)` : factor}`
    const isStretched = node.args.length === 2 && !sameShape(this.plan.shapes.get(id)!, this.plan.shapes.get(to)!) && this.plan.shapes.get(to)!.length > 0
    return isStretched ? `\\sum \\left( ${product} \\right)` : product
  }
}
