import { type Graph, type GraphDocument, type Nested, toNested, traceOf, typedText, type Value } from '@core'

/** Earlier inputs and parameters by name: a name that is deleted and typed again gets its number back. */
export interface Remembered {
  inputs: Readonly<Record<string, Nested>>
  readonly parameters: Set<string>
}

/** Leaves out empty and undefined fields. */
export function pruned({ expression, inputs, opened = [], upstream, parameters = [], learningRate }: { [K in keyof GraphDocument]: GraphDocument[K] | undefined } & Pick<GraphDocument, 'expression' | 'inputs'>): GraphDocument {
  return {
    expression, inputs,
    ...opened.length ? { opened } : {}, ...upstream === undefined ? {} : { upstream },
    ...parameters.length ? { parameters } : {}, ...learningRate === undefined ? {} : { learningRate },
  }
}

/**
 * Whether two documents compute the same values and gradients: whatever is opened, learns or how fast it learns. Spaces
 * in the expression make no difference.
 */
export function sameComputation(a: GraphDocument, b: GraphDocument): boolean {
  const key = ({ expression, inputs, upstream }: GraphDocument) =>
    JSON.stringify([expression.replaceAll(/\s+/g, ''), Object.entries(inputs).sort(([a], [b]) => a < b ? -1 : 1), upstream ?? null])
  return a === b || key(a) === key(b)
}

/** Opens or closes a group; groups that no longer exist are dropped. */
export function withGroup(document: GraphDocument, graph: Graph, { id, open }: { id: string, open: boolean }): GraphDocument {
  const others = (document.opened ?? []).filter(other => other !== id && graph.opened.has(other))
  return pruned({ ...document, opened: open ? [...others, id] : others })
}

/** Makes an input a parameter or no longer one; parameters are in the order of the inputs. */
export function withParameter(document: GraphDocument, { inputs }: Graph, { name, learns }: { name: string, learns: boolean }): GraphDocument {
  const { parameters = [] } = document
  return pruned({ ...document, parameters: inputs.filter(input => input === name ? learns : parameters.includes(input)) })
}

/** The updated parameters become the inputs of the next iteration. */
export function withUpdate(document: GraphDocument, updated: ReadonlyMap<string, Value>): GraphDocument {
  return { ...document, inputs: { ...document.inputs, ...Object.fromEntries(Array.from(updated, ([name, value]) => [name, toNested(value)])) } }
}

/**
 * The document of a changed expression: names keep their numbers, and a group stays open if its text is the same.
 * @throws LabError graph.* when the expression is invalid
 */
export function documentOf(expression: string, before: GraphDocument, graph: Graph, remembered: Remembered): GraphDocument {
  const known = { ...remembered.inputs, ...before.inputs }
  const { graph: closed } = traceOf({ expression, inputs: known })
  const open = new Set(Array.from(graph.opened, id => typedText(graph, id)))
  const opened = closed.nodes.filter(node => node.kind === 'operation' && node.opens && open.has(typedText(closed, node.id))).map(({ id }) => id)
  const wanted = new Set([...before.parameters ?? [], ...remembered.parameters])
  const next = pruned({
    ...before, expression, opened,
    inputs: Object.fromEntries(closed.inputs.flatMap(name => name in known ? [[name, known[name]!] as const] : [])),
    parameters: closed.inputs.filter(name => wanted.has(name)),
  })
  return fitsUpstream(next) ? next : pruned({ ...next, upstream: undefined })
}

/** Whether the upstream gradient still has the output's shape. */
function fitsUpstream(document: GraphDocument): boolean {
  if (typeof document.upstream !== 'object') return true
  try { return traceOf(document) !== null }
  catch { return false }
}
