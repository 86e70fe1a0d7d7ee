import { formulaOf, type Graph, type GraphLetters, nameLatex, type Naming, type OperationNode } from '@core'
import { nameIn } from './node-name'

/** The letters in the formulas of one step, and which of them need an explanation. */
export interface StepLetters {
  readonly naming: Naming
  /** Letters for nodes without a name: n₁ for apple * count */
  readonly explained: readonly { readonly letter: string, readonly name: string }[]
}

/** Letters for the parts of an opened group, which have no name in the graph */
const others = ['u', 'v', 'w', 'p', 'q', 'r', 's', 'x', 'y', 'z']

/** The formulas of an operation with the graph's own names and numbers: max(0, x), never "x = 0, y = x". */
export function stepLetters(graph: Graph, node: OperationNode, letters: GraphLetters): StepLetters {
  const book = formulaOf(node.operation)
  const taken = new Set([...graph.byId.keys(), letters.outer])
  const chosen = new Map<string, string>()
  function letterFor(id: string, wanted: string): string {
    const { group } = graph.byId.get(id)!
    if (group === null || group === id || graph.byId.get(id)!.kind === 'constant') return letters.of(id)
    const letter = chosen.get(id) ?? [wanted, ...others].find(letter => !taken.has(letter)) ?? nameLatex(id)
    taken.add(letter)
    chosen.set(id, letter)
    return letter
  }
  const args = node.args.map((id, slot) => letterFor(id, book.args[slot]!))
  const explained = [...new Set(node.args)].flatMap((id) => {
    const arg = graph.byId.get(id)!
    return arg.kind === 'operation' && arg.name === null ? [{ letter: args[node.args.indexOf(id)]!, name: nameIn(graph, id) }] : []
  })
  return { naming: { args, out: letterFor(node.id, book.out), outer: letters.outer }, explained }
}
