import { type Graph, type GraphDocument, type Nested, traceOf } from '@core'

/** What names were given before: a name that is typed away and back keeps its number. */
export interface Remembered {
  inputs: Readonly<Record<string, Nested>>
  readonly parameters: Set<string>
}

/** Without what says nothing. */
export function pruned({ expression, inputs, opened = [], upstream, parameters = [], learningRate }: { [K in keyof GraphDocument]: GraphDocument[K] | undefined } & Pick<GraphDocument, 'expression' | 'inputs'>): GraphDocument {
  return {
    expression, inputs,
    ...opened.length ? { opened } : {}, ...upstream === undefined ? {} : { upstream },
    ...parameters.length ? { parameters } : {}, ...learningRate === undefined ? {} : { learningRate },
  }
}

/** The groups that are open and still there. */
export const openedOf = ({ opened = [] }: GraphDocument, graph: Graph): readonly string[] => opened.filter(id => graph.opened.has(id))

/**
 * The document of a new expression: its names keep their numbers, its groups stay open, by what stands in them.
 * @throws LabError graph.* when it is none
 */
export function documentOf(expression: string, before: GraphDocument, graph: Graph, remembered: Remembered): GraphDocument {
  const known = { ...remembered.inputs, ...before.inputs }
  const { graph: closed } = traceOf({ expression, inputs: known })
  const open = new Set(Array.from(graph.opened, id => textOf(graph, id)))
  const opened = closed.nodes.filter(node => node.kind === 'operation' && node.opens && open.has(textOf(closed, node.id))).map(({ id }) => id)
  const wanted = new Set([...before.parameters ?? [], ...remembered.parameters])
  const next = pruned({
    ...before, expression, opened,
    inputs: Object.fromEntries(closed.inputs.flatMap(name => name in known ? [[name, known[name]!] as const] : [])),
    parameters: closed.inputs.filter(name => wanted.has(name)),
  })
  return fitsUpstream(next) ? next : pruned({ ...next, upstream: undefined })
}

const textOf = (graph: Graph, id: string): string => {
  const { from, to } = graph.byId.get(id)!.span
  return graph.source.slice(from, to)
}

/** A matrix that flowed into an output of another shape goes. */
function fitsUpstream(document: GraphDocument): boolean {
  if (typeof document.upstream !== 'object') return true
  try { return traceOf(document) !== null }
  catch { return false }
}
