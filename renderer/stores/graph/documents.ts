import { type Graph, type GraphDocument, type Nested, toNested, traceOf, type Value } from '@core'

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

/** A group opened or closed; those that are no longer there go. */
export function withGroup(document: GraphDocument, graph: Graph, { id, open }: { id: string, open: boolean }): GraphDocument {
  const others = (document.opened ?? []).filter(other => other !== id && graph.opened.has(other))
  return pruned({ ...document, opened: open ? [...others, id] : others })
}

/** An input that an update changes, or no longer does: in the order of the inputs. */
export function withParameter(document: GraphDocument, { inputs }: Graph, { name, learns }: { name: string, learns: boolean }): GraphDocument {
  const { parameters = [] } = document
  return pruned({ ...document, parameters: inputs.filter(input => input === name ? learns : parameters.includes(input)) })
}

/** The updated parameters as the inputs of the next round. */
export function withUpdate(document: GraphDocument, updated: ReadonlyMap<string, Value>): GraphDocument {
  return { ...document, inputs: { ...document.inputs, ...Object.fromEntries(Array.from(updated, ([name, value]) => [name, toNested(value)])) } }
}

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
