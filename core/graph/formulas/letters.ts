import type { Graph, Value } from '../types'
import { nameLatex, numberLatex } from './latex-words'

/** Symbols of a graph's nodes in formulas; each one has only one meaning. */
export interface GraphLetters {
  /** The name or literal as typed; n₁ for unnamed nodes; L for the unnamed result if L is free */
  readonly of: (id: string) => string
  /** The differentiated quantity: the output, or a symbol beyond it if the upstream is not 1 */
  readonly outer: string
}

/**
 * @param upstream initial gradient of the backward pass
 * @param beyond candidates for the symbol beyond the output; the first free one is used
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
