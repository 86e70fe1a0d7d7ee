import { formulaOf, type Graph, type GraphLetters, nameLatex, type Naming, operationOf, type OperationNode } from '@core'
import { isPart, nameIn } from './node-name'

/** The letters in the formulas of one step, and which of them need an explanation. */
export interface StepLetters {
  readonly naming: Naming
  readonly explained: readonly ExplainedLetter[]
  /** LaTeX of an argument's letter where the node has no name in the graph: a part of an opened group */
  readonly of: (id: string) => string | null
}

/** n₁ for an unnamed node, `name` being its text apple * count; or a part of an opened group, with its formula y = u / S. */
export type ExplainedLetter = { readonly letter: string, readonly name: string } | { readonly formula: string }

/** For parts whose own letters have another meaning in the graph */
const others = ['u', 'v', 'w', 'p', 'q', 'r', 's', 'x', 'y', 'z']

/**
 * The formulas of an operation with the graph's own names and numbers: max(0, x), never "x = 0, y = x". The parts of an
 * opened group have no names there, but letters that are the same at each of its steps.
 */
export function stepLetters(graph: Graph, node: OperationNode, letters: GraphLetters): StepLetters {
  const parts = new Map([node.id, ...node.args].flatMap((id) => {
    const { group } = graph.byId.get(id)!
    return group === null ? [] : [...partLetters(graph, group, letters)]
  }))
  const letterOf = (id: string): string => parts.get(id) ?? letters.of(id)
  const namingOf = ({ id, args }: OperationNode): Naming => ({ args: args.map(letterOf), out: letterOf(id), outer: letters.outer })
  const explained = [...new Set(node.args)].flatMap((id): ExplainedLetter[] => {
    const arg = graph.byId.get(id)!
    if (arg.kind !== 'operation' || arg.name !== null) return []
    return [isPart(graph, id) ? { formula: formulaOf(arg.operation, namingOf(arg)).forward } : { letter: letterOf(id), name: nameIn(graph, id) }]
  })
  return { naming: namingOf(node), explained, of: id => parts.get(id) ?? null }
}

/** A letter for each part of an opened group: its own unless the graph uses it for something else. */
function partLetters(graph: Graph, group: string, letters: GraphLetters): ReadonlyMap<string, string> {
  const taken = new Set([...graph.byId.keys(), letters.outer])
  const { parts = [] } = operationOf(graph.groups.get(group)!.operation)
  return new Map(parts.filter(({ key }) => key !== 'out').map(({ key, letter = '' }) => {
    const id = `${group}/${key}`
    const free = [letter, ...others].find(letter => letter !== '' && !taken.has(letter)) ?? nameLatex(id)
    taken.add(free)
    return [id, free]
  }))
}
