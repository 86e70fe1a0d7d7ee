import { operationOf } from './operations'
import type { Edge, Expression, Graph, GraphNode, Group, OperationName, Program, Span } from './types'

/**
 * Builds the graph of an expression: a name that is used twice is one node with two edges.
 * @param opened ids of groups to open into their parts; other ids are ignored. The last part keeps the group's id, so that
 * edges to its consumers, and anything stored under that id, remain valid.
 */
export function buildGraph(program: Program, opened: Iterable<string> = []): Graph {
  return new Builder(program, new Set(opened)).graph()
}

/** The source text of a node: apple * count */
export function typedText({ byId, source }: Graph, id: string): string {
  const { from, to } = byId.get(id)!.span
  return source.slice(from, to)
}

/** The edges that enter a node, in the order of its arguments. An argument whose shape alone is used has no edge. */
export function edgesInto(node: GraphNode): readonly Edge[] {
  if (node.kind !== 'operation') return []
  const { shapeOnly } = operationOf(node.operation)
  return node.args.map((from, slot) => ({ from, to: node.id, slot })).filter(({ slot }) => slot !== shapeOnly)
}

class Builder {
  private readonly nodes: GraphNode[] = []
  private readonly byId = new Map<string, GraphNode>()
  /** Node ids of the definitions that have been built */
  private readonly defined = new Map<string, string>()
  private readonly names: ReadonlySet<string>
  private readonly groups = new Map<string, Group>()
  private operations = 0
  private constants = 0

  constructor(private readonly program: Program, private readonly wanted: ReadonlySet<string>) {
    this.names = namesOf(program)
  }

  graph(): Graph {
    for (const { name, value } of this.program.definitions) this.defined.set(name, this.build(value, name))
    const output = this.build(this.program.result, this.program.resultName)
    const inputs = this.nodes.flatMap(node => node.kind === 'input' ? [node.name] : [])
    return { source: this.program.source, nodes: this.nodes, byId: this.byId, inputs, output, opened: new Set(this.groups.keys()), groups: this.groups, readers: readersOf(this.nodes) }
  }

  /**
   * A chain of thousands of terms nests to the left, so first arguments are followed in a loop. Only the others recurse, no
   * deeper than the parser's limit on nesting.
   * @param name of a definition @returns the node's id
   */
  private build(expression: Expression, name: string | null = null): string {
    const calls: (Expression & { kind: 'call' })[] = []
    let first = expression
    while (first.kind === 'call') {
      calls.push(first)
      first = first.args[0]!
    }
    let id = this.leaf(first)
    for (const call of calls.reverse()) {
      const args = [id, ...call.args.slice(1).map(arg => this.build(arg))]
      const own = call === expression ? name : null
      id = this.operation(own ?? this.freeId('n', () => ++this.operations), own, call.operation, args, call.span)
    }
    return id
  }

  private leaf(leaf: Expression & { kind: 'name' | 'number' }): string {
    if (leaf.kind === 'name') return this.defined.get(leaf.name) ?? this.input(leaf.name, leaf.span)
    return this.add({ kind: 'constant', id: this.freeId('c', () => ++this.constants), value: leaf.value, span: leaf.span, group: null })
  }

  private input(name: string, span: Span): string {
    return this.byId.has(name) ? name : this.add({ kind: 'input', id: name, name, span, group: null })
  }

  private operation(id: string, name: string | null, operation: OperationName, args: readonly string[], span: Span): string {
    const { parts } = operationOf(operation)
    if (!parts || !this.wanted.has(id))
      return this.add({ kind: 'operation', id, operation, args, name, opens: parts !== undefined, span, group: null })
    this.groups.set(id, { operation, args })
    const idOf = (key: string): string => key === 'out' ? id : `${id}/${key}`
    for (const { key, operation, args: sources } of parts) {
      const ids = sources.map((source) => {
        if (typeof source === 'number') return args[source]!
        if (typeof source === 'string') return idOf(source)
        return this.add({ kind: 'constant', id: `${id}/${key}.c`, value: source.constant, span, group: id })
      })
      this.part(idOf(key), key === 'out' ? name : null, operation, ids, span, id)
    }
    return id
  }

  private part(id: string, name: string | null, operation: OperationName, args: readonly string[], span: Span, group: string): void {
    this.add({ kind: 'operation', id, operation, args, name, opens: false, span, group })
  }

  private add(node: GraphNode): string {
    this.nodes.push(node)
    this.byId.set(node.id, node)
    return node.id
  }

  /** The next unused id: an input may also be named n1. */
  private freeId(letter: string, next: () => number): string {
    let id: string
    do id = `${letter}${next()}`
    while (this.names.has(id))
    return id
  }
}

function namesOf({ definitions, result, resultName }: Program): ReadonlySet<string> {
  const names = new Set(definitions.map(({ name }) => name))
  if (resultName !== null) names.add(resultName)
  const rest: Expression[] = [...definitions.map(({ value }) => value), result]
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (next.kind === 'name') names.add(next.name)
    if (next.kind === 'call') rest.push(...next.args)
  }
  return names
}

function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly Edge[]> {
  const readers = new Map<string, Edge[]>(nodes.map(({ id }) => [id, []]))
  for (const node of nodes)
    for (const edge of edgesInto(node)) readers.get(edge.from)!.push(edge)
  return readers
}
