import { type Computed, type Contribution, equalsLatex, formulaOf, forwardInNumbers, gradientInNumbers, localInNumbers, nameLatex, type OperationNode, type Problem, type Step, updateRules, type Value, valueLatex } from '@core'
import { computed } from 'vue'
import { useGraph } from '../stores/graph'
import { nameIn, textIn } from './names'

/** What flows back along one edge of the node at work. */
export interface Sent {
  /** The node that receives, as it is called in the graph */
  readonly to: string
  /** As the formula calls it: x */
  readonly letter: string
  /** \frac{\partial z}{\partial x} = y = 2; null where there is none on its own */
  readonly local: string | null
  /** In letters, where it is a matrix product or a row's */
  readonly rule: string
  /** 1.1 \times 2 = 2.2 */
  readonly value: string
  /** Where the receiver is read several times, once for each: what has come back, and how many are still to come */
  readonly sum: { readonly text: string, readonly waiting: number, readonly readers: number } | null
}

/** One step, told: which node, what it computed, and with which numbers. Null for each that a lesson covers. */
export interface Told {
  readonly step: Step
  /** Its operation; null for an input that is updated */
  readonly node: OperationNode | null
  /** What was typed there: apple * count */
  readonly text: string
  readonly formula: string
  /** What the formula calls its result: z */
  readonly out: string
  readonly numbers: string | null
  /** Which letter is which node: x = apple */
  readonly letters: readonly { readonly letter: string, readonly name: string }[]
  readonly upstream: string | null
  readonly sent: readonly Sent[]
  readonly covered: boolean
  readonly problem: Problem | null
}

const unknown = '?'
/** Too many numbers to be put into a formula: what the shapes are stands there instead. */
const isLarge = (...values: readonly Value[]) => values.some(({ data }) => data.length > 64)
const shapeLatex = ({ shape }: Value) => `(${shape.join(' \\times ')})`
const colour = (way: 'forward' | 'backward', latex: string) => `\\${way}{${latex}}`

/** The step at work in formulas: letters, then the numbers put in. */
export function useStep() {
  const graph = useGraph()
  const isCovered = (kind: 'value' | 'gradient' | 'updated', id: string) => graph.hidden.has(`${kind}:${id}`)

  const nameOf = (id: string) => nameIn(graph.trace.graph, id)
  const textOf = (id: string) => textIn(graph.trace.graph, id)
  function computedBy({ id, args }: OperationNode): Computed | null {
    const { values, kept } = graph.trace.forward
    const out = values.get(id)
    const given = args.map(arg => values.get(arg))
    return out && given.every(value => value !== undefined) ? { args: given, out, kept: kept.get(id) } : null
  }

  function sentBy(node: OperationNode, made: Computed): Sent[] {
    const { args, gradient } = formulaOf(node.operation)
    const { contributions } = graph.moment
    /** A covered number must not stand in the working of an uncovered one. */
    const bare = isCovered('gradient', node.id) || isCovered('value', node.id) || node.args.some(arg => isCovered('value', arg))
    const all = [...contributions.values()].flat().filter(({ edge }) => edge.to === node.id).sort((a, b) => a.edge.slot - b.edge.slot)
    return all.map((contribution, i) => {
      const { edge: { from, slot } } = contribution
      const isLast = !all.some(({ edge }, j) => j > i && edge.from === from)
      const covered = isCovered('gradient', from)
      return {
        to: nameOf(from), letter: args[slot]!, rule: gradient[slot]!,
        local: covered || bare ? null : localInNumbers(node.operation, contribution),
        value: covered ? unknown : isLarge(contribution.value, contribution.upstream, ...made.args) ? shapeLatex(contribution.value) : bare ? valueLatex(contribution.value) : gradientInNumbers(node.operation, contribution, made),
        sum: isLast ? sumAt(from, contributions.get(from) ?? [], covered) : null,
      }
    })
  }
  function sumAt(id: string, parts: readonly Contribution[], covered: boolean): Sent['sum'] {
    const readers = graph.trace.backward.contributions.get(id)?.length ?? 0
    if (readers < 2) return null
    const total = graph.moment.gradients.get(id)
    const terms = parts.map(({ value }) => valueLatex(value)).map((text, i) => i > 0 && text.startsWith('-') ? `(${text})` : text)
    const waiting = readers - parts.length
    const text = covered ? unknown : `${terms.join(' + ')}${total ? ` ${equalsLatex(total)} ${valueLatex(total)}` : ' + \\cdots'}`
    return { text, waiting, readers }
  }

  function tellUpdate(step: Step): Told {
    const { node: id } = step
    const { trace } = graph
    const { optimizer, learningRate } = trace.update
    const [before, gradient, after] = [trace.forward.values.get(id)!, trace.backward.gradients.get(id)!, trace.updated.get(id)!]
    const name = nameLatex(id)
    const covered = isCovered('updated', id) || isCovered('gradient', id)
    return {
      step, node: null, text: id, out: id, letters: [], upstream: null, sent: [], covered, problem: null,
      formula: updateRules[optimizer].latex(name),
      numbers: covered || isLarge(before)
        ? null
        : optimizer === 'sgd'
          ? `${colour('forward', valueLatex(before))} - ${learningRate} \\times ${colour('backward', valueLatex(gradient))} ${equalsLatex(after)} ${colour('forward', valueLatex(after))}`
          : `${colour('forward', valueLatex(before))} \\to ${colour('forward', valueLatex(after))}`,
    }
  }

  const told = computed<Told | null>(() => {
    const { moment: { step }, trace } = graph
    if (!step) return null
    if (step.phase === 'update') return tellUpdate(step)
    const node = trace.graph.byId.get(step.node)
    if (node?.kind !== 'operation') return null
    const { args, out, forward } = formulaOf(node.operation)
    const problem = trace.problem?.node === node.id && trace.problem.phase === step.phase && graph.atEnd ? trace.problem : null
    const made = computedBy(node)
    const coveredOut = isCovered('value', node.id)
    const coveredIn = node.args.some(arg => isCovered('value', arg))
    const gradient = graph.moment.gradients.get(node.id)
    const letters = [...node.args.map((arg, slot) => ({ letter: args[slot]!, name: nameOf(arg) })), { letter: out, name: node.name ?? '' }].filter(({ letter, name }) => name !== '' && name !== letter)
    return {
      step, node, problem, letters, out, text: textOf(node.id), formula: forward,
      covered: step.phase === 'forward' ? coveredOut || coveredIn : coveredIn || [...graph.hidden].some(name => name.startsWith('gradient:')),
      numbers: made && !coveredOut && !coveredIn && !isLarge(made.out, ...made.args) ? forwardInNumbers(node.operation, made) : null,
      upstream: gradient && step.phase !== 'forward' ? (isCovered('gradient', node.id) ? unknown : valueLatex(gradient)) : null,
      sent: step.phase === 'backward' && made && !problem ? sentBy(node, made) : [],
    }
  })
  return { told, colour }
}
