import type { Graph, Value } from '../types'
import { nameLatex, numberLatex } from './latex-words'

/** What the nodes of a graph are called in formulas, so that no letter means two things. */
export interface GraphLetters {
  /** A name or a number as it was typed; n₁ for what has no name; L for the result, where nothing else is called so */
  readonly of: (id: string) => string
  /** What is differentiated: the output, or where something else arrives from upstream, whatever stands there */
  readonly outer: string
}

/**
 * @param upstream what the backward pass begins with
 * @param beyond letters for what lies beyond the output, the first that is free
 */
export function lettersOf(graph: Graph, { shape, data }: Value, beyond: readonly string[] = ['E', 'J', 'F']): GraphLetters {
  const isFree = (letter: string): boolean => !graph.byId.has(letter)
  const output = graph.byId.get(graph.output)!
  const result = output.kind === 'operation' && output.name === null && isFree('L')
  function of(id: string): string {
    const node = graph.byId.get(id)!
    return node.kind === 'constant' ? numberLatex(node.value) : result && id === graph.output ? 'L' : nameLatex(id)
  }
  const isWhole = shape.length === 0 && data[0] === 1
  return { of, outer: isWhole ? of(graph.output) : beyond.find(letter => isFree(letter) && letter !== of(graph.output)) ?? '\\mathcal{E}' }
}
