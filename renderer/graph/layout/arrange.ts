import type { Graph, Trace } from '@core'
import type { Numbers } from '../../lib/useNumbers'
import type { GraphLayout, Sizes } from './geometry'
import { layoutGraph } from './layout'
import { sizesOf } from './sizes'
import { type Shapes, shapesOf, structureOf } from './structure'

/** The texts and number formats that the canvas needs. */
export interface Texts {
  readonly numbers: Numbers
  /** The name of an unnamed result */
  readonly output: string
}

/** A graph's layout, and the sizes that it was made with. */
export interface Arrangement {
  /** The graph of the first trace with this structure */
  readonly graph: Graph
  readonly layout: GraphLayout
  readonly sizes: Sizes
  readonly shapes: Shapes
  readonly parameters: ReadonlySet<string>
  readonly resultName: string
  /** The same string as long as only numbers change */
  readonly structure: string
}

const resultNameOf = ({ graph }: Trace, { output }: Pick<Texts, 'output'>): string => {
  const node = graph.byId.get(graph.output)
  return (node?.kind === 'operation' ? node.name : null) ?? output
}

/** Lays out a trace's graph, or returns the previous arrangement if only numbers have changed. */
export function arrange(trace: Trace, texts: Texts, before: Arrangement | null = null): Arrangement {
  const shapes = shapesOf(trace, before?.shapes ?? new Map())
  const resultName = resultNameOf(trace, texts)
  const parameters = trace.problem && before ? before.parameters : new Set(trace.updated.keys())
  const structure = `${texts.numbers.few(1234.5)} ${resultName} ${structureOf(trace.graph, shapes, parameters)}`
  if (structure === before?.structure) return before
  const sizes = sizesOf({ graph: trace.graph, shapes, parameters, resultName, write: value => texts.numbers.few(value) })
  return { graph: trace.graph, layout: layoutGraph(trace.graph, sizes), sizes, shapes, parameters, resultName, structure }
}
