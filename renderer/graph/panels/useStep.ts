import { type Computed, type Contribution, equalsLatex, formulaOf, forwardInNumbers, gradientInNumbers, isLabel, lettersOf, localInNumbers, operationOf, type OperationNode, type Problem, type Step, typedText, optimizerDefinition, type Value, valueLatex } from '@core'
import { computed } from 'vue'
import { useGraph } from '../../stores/graph/graph'
import { notesAt } from '../layout/notes'
import { isRuleAsked } from '../document/asked'
import { nameIn } from '../document/node-name'
import { type ExplainedLetter, type StepLetters, stepLetters } from '../document/step-letters'

/** The gradient that the current node sends back along one edge. */
export interface SentGradient {
  /** The name of the node that receives it; a part of an opened group has its sign, and a letter in LaTeX */
  readonly to: string
  readonly letter: string | null
  /** \frac{\partial z}{\partial x} = y = 2; null without a separate formula */
  readonly local: string | null
  /** Formula in letters, for a matrix product or a row-wise operation; null while a question asks for it */
  readonly rule: string | null
  /** 1.1 \times 2 = 2.2 */
  readonly value: string
  /** For a receiver that is used several times: the gradients that have arrived, and how many are missing */
  readonly sum: { readonly text: string, readonly waiting: number, readonly readers: number } | null
  /** The name of the node that could not send a gradient for at least one cell */
  readonly missing: string | null
  /** The opened group that computes this gradient as a whole, because its parts would overflow */
  readonly own: string | null
  /** Nothing uses it: the receiver is a label */
  readonly unused: boolean
}

/** Explanation of one step: the node, its result, and the numbers involved. Hidden values are null. */
export interface StepExplanation {
  readonly step: Step
  /** The node's operation; null for an input that is updated */
  readonly node: OperationNode | null
  /** The node's text in the expression: apple * count */
  readonly text: string
  /** Null while a question asks for what it computes */
  readonly formula: string | null
  /** \frac{\partial L}{\partial z}: the gradient from upstream */
  readonly dout: string
  readonly numbers: string | null
  /** Letters for nodes without a name: n₁ = apple * n */
  readonly letters: readonly ExplainedLetter[]
  readonly upstream: string | null
  readonly sent: readonly SentGradient[]
  readonly hidden: boolean
  /** Whether a question asks what the node does in this step, so that no sentence may tell */
  readonly asked: boolean
  readonly problem: Problem | null
  /** Whether it computes with one sample */
  readonly single: boolean
  /** An overflow in a part of an opened group that the closed group avoids */
  readonly remark: Problem | null
}

const unknown = '?'
/** Whether a node computes with one sample, not with a batch of rows. */
const isSingle = ({ operation }: OperationNode, { args }: Computed): boolean => {
  const { shape } = args[operationOf(operation).shapeOnly ?? 0]!
  return shape.length < 2 || shape[0] === 1
}
/** Above this many numbers, formulas show shapes instead. */
const isLarge = (...values: readonly Value[]) => values.some(({ data }) => data.length > 64)
const shapeLatex = ({ shape }: Value) => `(${shape.join(' \\times ')})`
/** Whether a value is too large to be written with its numbers: shapes would read as a wrong calculation. */
const isAbbreviated = (value: Value) => value.shape.length > 0 && valueLatex(value) === shapeLatex(value)
const colour = (way: 'forward' | 'backward', latex: string) => `\\${way}{${latex}}`

/** The current step in formulas: with letters, then with numbers. */
export function useStep() {
  const graph = useGraph()
  const isHidden = (kind: 'value' | 'gradient' | 'updated', id: string) => graph.hidden.has(`${kind}:${id}`)

  const isValueHidden = ({ id, args }: OperationNode) => [id, ...args].some(each => isHidden('value', each))

  const nameOf = (id: string) => nameIn(graph.trace.graph, id)
  const textOf = (id: string) => typedText(graph.trace.graph, id)
  function computedBy({ id, args }: OperationNode): Computed | null {
    const { values, intermediates } = graph.trace.forward
    const out = values.get(id)
    return out ? { args: args.map(arg => values.get(arg)!), out, intermediates: intermediates.get(id) } : null
  }

  const letters = computed(() => lettersOf(graph.trace.graph, graph.trace.upstream, ['L', 'E', 'J', 'F']))
  const gradientOf = (letter: string) => `\\frac{\\partial ${letters.value.outer}}{\\partial ${letter}}`

  function sentBy(node: OperationNode, inNumbers: Computed, { naming, of }: Pick<StepLetters, 'naming' | 'of'>): SentGradient[] {
    // for one sample nothing is summed over the batch
    const { gradient } = formulaOf(node.operation, naming, isSingle(node, inNumbers) ? '1' : 'N')
    const { contributions } = graph.moment
    const { apart, missing } = graph.trace.backward
    /** Computed by the group as a whole; the formula of the part would give other numbers */
    const isOwn = node.group !== null && apart.has(node.group)
    /** The working of a visible number must not reveal a hidden one. */
    const isAsked = isRuleAsked(graph.trace, graph.hidden, node)
    const withoutNumbers = isAsked || isHidden('gradient', node.id) || isValueHidden(node)
    const all = [...contributions.values()].flat().filter(({ edge }) => edge.to === node.id).sort((a, b) => a.edge.slot - b.edge.slot)
    return all.map((contribution, i) => {
      const { edge: { from, slot } } = contribution
      const isLast = !all.some(({ edge }, j) => j > i && edge.from === from)
      const isReceiverHidden = isHidden('gradient', from)
      /** As in x · x: the derivative with respect to x is the sum over both edges, so neither edge is labelled with it */
      const isRepeated = node.args.filter(arg => arg === from).length > 1
      const own = isOwn && graph.trace.graph.byId.get(from)!.group !== node.group ? graph.trace.graph.groups.get(node.group)!.operation : null
      return {
        to: nameOf(from), letter: of(from), rule: isAsked ? null : gradient[slot]!,
        local: isReceiverHidden || withoutNumbers || isRepeated ? null : localInNumbers(node.operation, contribution, naming),
        value: isReceiverHidden ? unknown : isLarge(contribution.upstream, ...inNumbers.args) ? shapeLatex(contribution.value) : withoutNumbers || own ? valueLatex(contribution.value) : gradientInNumbers(node.operation, contribution, inNumbers),
        sum: isLast ? sumAt(from, contributions.get(from)!, isReceiverHidden) : null,
        missing: !isReceiverHidden && contribution.value.data.some(Number.isNaN) && missing.has(from) ? nameOf(missing.get(from)!.node) : null,
        own, unused: !isReceiverHidden && isLabel(graph.trace, from),
      }
    })
  }
  function sumAt(id: string, parts: readonly Contribution[], isReceiverHidden: boolean): SentGradient['sum'] {
    const readers = graph.trace.backward.contributions.get(id)!.length
    if (readers < 2) return null
    const total = graph.moment.gradients.get(id)
    const terms = parts.map(({ value }) => valueLatex(value)).map((text, i) => i > 0 && text.startsWith('-') ? `(${text})` : text)
    const waiting = readers - parts.length
    const text = isReceiverHidden ? unknown : `${terms.join(' + ')}${total ? ` ${equalsLatex(total)} ${valueLatex(total)}` : ' + \\cdots'}`
    return { text, waiting, readers }
  }

  function explainUpdate(step: Step): StepExplanation {
    const { node: id } = step
    const { trace } = graph
    const { update } = trace
    const [before, gradient, after] = [trace.forward.values.get(id)!, trace.backward.gradients.get(id)!, trace.updated.get(id)!]
    const name = letters.value.of(id)
    const hidden = isHidden('updated', id) || isHidden('gradient', id)
    return {
      step, node: null, text: id, dout: gradientOf(name), letters: [], upstream: null, sent: [], hidden, asked: hidden, single: false, problem: null, remark: null,
      formula: hidden ? null : optimizerDefinition(update.kind).rule(update).latex(name, letters.value.outer),
      numbers: hidden || isAbbreviated(before)
        ? null
        : update.kind === 'sgd'
          ? `${colour('forward', valueLatex(before))} - ${update.learningRate} \\times ${colour('backward', valueLatex(gradient))} ${equalsLatex(after)} ${colour('forward', valueLatex(after))}`
          : `${colour('forward', valueLatex(before))} \\to ${colour('forward', valueLatex(after))}`,
    }
  }

  const explanation = computed<StepExplanation | null>(() => {
    const { moment: { step }, trace } = graph
    if (!step) return null
    if (step.phase === 'update') return explainUpdate(step)
    const node = trace.graph.byId.get(step.node)
    if (node?.kind !== 'operation') return null
    const named = stepLetters(trace.graph, node, letters.value)
    const { naming, explained } = named
    const { problem, remark } = notesAt(trace, graph.moment, node.id)
    const inNumbers = computedBy(node)
    const single = inNumbers !== null && isSingle(node, inNumbers)
    const hidden = isValueHidden(node)
    const gradient = graph.moment.gradients.get(node.id)
    const isOwn = trace.forward.apart.has(node.id)
    const isOwnValueHidden = isHidden('value', node.id)
    const asked = { forward: isOwnValueHidden, start: isHidden('gradient', node.id), backward: isRuleAsked(trace, graph.hidden, node) }[step.phase]
    return {
      step, node, problem, remark, hidden, asked, single, letters: explained, dout: gradientOf(naming.out), text: textOf(node.id), formula: isOwnValueHidden ? null : formulaOf(node.operation, naming, single ? '1' : 'N').forward,
      numbers: inNumbers && !hidden && !isOwn && !isLarge(inNumbers.out, ...inNumbers.args) ? forwardInNumbers(node.operation, inNumbers) : null,
      upstream: gradient ? (isHidden('gradient', node.id) ? unknown : valueLatex(gradient)) : null,
      sent: step.phase === 'backward' && inNumbers ? sentBy(node, inNumbers, named) : [],
    }
  })
  return { explanation: explanation, colour }
}
