import { type Nested, operationOf, shapeText, type Step, toNested, type Value } from '@core'
import { computed, type ComputedRef } from 'vue'
import { useNumbers } from '../../lib/useNumbers'
import { useGraph } from '../../stores/graph/graph'
import { isPart, nameIn } from '../document/node-name'

/** What the line at work reads and gives: `x = apple = 100` and `fruit = 200`, or `dout = 1.1` and `dapple = 2.2`. */
export interface CodeState {
  readonly phase: Step['phase']
  readonly reads: readonly string[]
  readonly gives: readonly string[]
}

/** A larger matrix is given by its shape */
const mostCells = 4
const longestName = 28

/** The numbers that a program works with in the current step; null before the first. */
export function useCodeState(): ComputedRef<CodeState | null> {
  const graph = useGraph()
  const numbers = useNumbers()

  const nested = (of: Nested): string => typeof of === 'number' ? numbers.value.few(of) : `[${of.map(nested).join(', ')}]`
  function write(value: Value | undefined): string {
    if (!value || value.data.some(Number.isNaN)) return '–'
    if (value.shape.length === 0) return numbers.value.few(value.data[0]!)
    return value.data.length <= mostCells ? nested(toNested(value)) : shapeText(value.shape)
  }
  /** A node without a name has its text, which may be as long as the expression */
  const nameOf = (id: string) => { const name = nameIn(graph.trace.graph, id); return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name }
  const gradientOf = (id: string) => { const name = nameOf(id); return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `d${name}` : `d(${name})` }
  /** x = apple = 100; a name that only repeats the letter is left out */
  const equal = (...sides: readonly string[]) => sides.filter((side, i) => side.toLowerCase() !== sides[i + 1]?.toLowerCase()).join(' = ')

  function forward(id: string, args: readonly string[], letters: readonly string[]): Omit<CodeState, 'phase'> {
    const { values } = graph.trace.forward
    return {
      reads: args.map((arg, slot) => equal(letters[slot]!, ...isPart(graph.trace.graph, arg) ? [] : [nameOf(arg)], write(values.get(arg)))),
      gives: [equal(nameOf(id), write(graph.moment.values.get(id)))],
    }
  }
  function backward(id: string): Omit<CodeState, 'phase'> {
    const { contributions, gradients } = graph.moment
    const sent = [...contributions.values()].flat().filter(({ edge }) => edge.to === id && graph.trace.graph.byId.get(edge.from)!.kind !== 'constant')
    return {
      reads: [equal('dout', write(gradients.get(id)))],
      gives: sent.sort((a, b) => a.edge.slot - b.edge.slot).map(({ edge: { from }, value }) =>
        `${gradientOf(from)} ${graph.trace.graph.readers.get(from)!.length > 1 ? '+=' : '='} ${write(value)}`),
    }
  }
  function stateOf({ phase, node: id }: Step): Omit<CodeState, 'phase'> | null {
    const { graph: { byId }, forward: { values }, updated } = graph.trace
    if (phase === 'start') return { reads: [], gives: [equal(gradientOf(id), write(graph.moment.gradients.get(id)))] }
    if (phase === 'update') return { reads: [equal(id, write(values.get(id)))], gives: [equal(id, write(updated.get(id)))] }
    const node = byId.get(id)
    if (node?.kind !== 'operation') return null
    return phase === 'forward' ? forward(id, node.args, operationOf(node.operation).formula.args) : backward(id)
  }
  return computed(() => {
    const { step } = graph.moment
    const state = step && stateOf(step)
    return step && state ? { phase: step.phase, ...state } : null
  })
}
