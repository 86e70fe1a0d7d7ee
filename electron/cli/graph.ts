import { buildGraph, type Expression, type Graph, type GraphNode, LabError, nearest, type Nested, parseProgram, printExpression, type Problem, type Program, shapeText, toNested, type Trace, traceOf, type Value } from '@core'
import { assignmentsOf } from './assignments'
import { caret } from './caret'
import { cutToWidth, table, widthOf } from './columns'
import { type Command, commonFlags, exitCodes } from './command'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

export const graph: Command = {
  name: 'graph',
  positional: 'EXPRESSION',
  singleDash: 'words',
  flags: [{ name: 'set', value: 'NAME=VALUE,…' }, ...commonFlags],
  example: 'graph "(apple*count+orange*3)*tax" --set apple=100,count=2,orange=150,tax=1.1 --json',
  run: (args, { terminal }) => Promise.resolve(run(args, terminal)),
}

function run({ flags, positional }: Arguments, terminal: Terminal): number {
  const [expression, extra] = positional
  if (expression === undefined) throw new LabError('cli.missingArgument', 'an expression is missing', { wanted: 'EXPRESSION' })
  if (extra !== undefined) // an expression without quotes, which the shell splits at its spaces
    throw new LabError('cli.value', `one expression, found ${extra}, too`, { flag: 'EXPRESSION', wanted: terminal.text('wanted.expression'), found: extra })
  const given = flags.get('set')
  const values = given === undefined ? new Map<string, Nested>() : assignmentsOf(given, terminal)

  let program: Program
  try { program = parseProgram(expression) }
  catch (cause) {
    const from = cause instanceof LabError ? cause.details['from'] : undefined
    terminal.say(terminal.errorText(cause))
    if (typeof from === 'number') terminal.say(caret(expression, from, terminal.stderr.columns))
    return exitCodes.badInput
  }
  checkNames(buildGraph(program).inputs, values)
  const trace = traceOfValues(expression, values)
  if (trace.problem) {
    terminal.say(problemOf(trace.graph, trace.problem, terminal))
    return exitCodes.badInput
  }
  const missing = missingOf(trace, terminal)
  if (flags.has('json')) terminal.print(JSON.stringify({ ...resultOf(trace), ...missing.size > 0 ? { missing: Object.fromEntries(missing) } : {} }))
  else {
    terminal.print(nodeTable(trace, terminal))
    for (const sentence of missing.values()) terminal.say(sentence)
  }
  return exitCodes.done
}

/** Checks that every input has a value, and that every value belongs to an input. */
function checkNames(names: readonly string[], values: ReadonlyMap<string, Nested>): void {
  const unknown = [...values.keys()].find(name => !names.includes(name))
  if (unknown !== undefined) {
    const suggestion = nearest(unknown, names)
    throw new LabError('graph.unknownInput', `no input ${unknown}`, { flag: '--set', name: unknown, wanted: names.join(', ') || '–', ...suggestion ? { suggestion } : {} })
  }
  const missing = names.filter(name => !values.has(name))
  if (missing.length > 0)
    throw new LabError('graph.missingInput', `no value for ${missing.join(', ')}`, { name: missing.join(', '), wanted: `--set ${names.map(name => `${name}=${values.has(name) ? '…' : '1'}`).join(',')}` })
}

function traceOfValues(expression: string, values: ReadonlyMap<string, Nested>): Trace {
  try { return traceOf({ expression, inputs: Object.fromEntries(values) }) }
  catch (cause) { // ragged lists, too many numbers
    if (!(cause instanceof LabError)) throw cause
    throw new LabError(cause.code, cause.message, { ...cause.details, flag: `--set ${cause.details['name'] ?? ''}`.trim() })
  }
}

/** The result for `--json`: float64 numbers; undefined elements of a gradient are null, a completely undefined gradient is omitted. */
const resultOf = ({ graph, forward, backward }: Trace): object => ({
  value: toNested(forward.values.get(graph.output)!),
  gradients: Object.fromEntries(graph.inputs.flatMap((name) => {
    const gradient = backward.gradients.get(name)!
    return gradient.data.every(Number.isNaN) ? [] : [[name, toNested(gradient)] as const] // JSON writes NaN as null
  })),
})

/** By input: the reason why its gradient is undefined in at least one element. */
const missingOf = ({ graph, backward: { gradients, missing } }: Trace, terminal: Terminal): ReadonlyMap<string, string> =>
  new Map(graph.inputs.filter(name => missing.has(name)).map((name) => {
    const { data } = gradients.get(name)!
    const n = data.filter(Number.isNaN).length
    return [name, terminal.text(n === data.length ? 'graph.missing' : 'graph.missingCells', { name, n, all: data.length, reason: problemOf(graph, missing.get(name)!, terminal) })]
  }))

function problemOf(graph: Graph, { node, code, details }: Problem, terminal: Terminal): string {
  const reason = terminal.errorText(new LabError(code, code, details))
  return terminal.text('graph.problem', { node, formula: formulaOf(graph.byId.get(node)!, id => graph.byId.get(id)!), reason })
}

function nodeTable({ graph, forward, backward }: Trace, terminal: Terminal): string {
  const header = ['node', 'formula', 'value', 'gradient'].map(key => terminal.text(`graph.${key}`))
  const rows = graph.nodes.map((node) => {
    const formula = node.kind === 'operation' ? formulaOf(node, id => graph.byId.get(id)!) : terminal.text(`graph.${node.kind}`)
    return [node.id, formula, readable(forward.values.get(node.id)!), readable(backward.gradients.get(node.id)!)].map(cell => shortened(cell))
  })
  return table([header, ...rows], [2, 3])
}

/** A node's formula with its arguments as ids: n1 + n2. */
function formulaOf(node: GraphNode, nodeOf: (id: string) => GraphNode): string {
  const span = { from: 0, to: 0 }
  const written = (id: string): Expression => {
    const arg = nodeOf(id)
    return arg.kind === 'constant' ? { kind: 'number', value: arg.value, span } : { kind: 'name', name: id, span }
  }
  if (node.kind !== 'operation') return node.id
  return printExpression({ kind: 'call', operation: node.operation, args: node.args.map(written), span }) // a single call: the arguments are not expanded
}

const digits = 8
const maxCells = 48

/** A value as text: 715, [[1, 2], [3, 4]], or only the shape when it is large. */
function readable(value: Value): string {
  const text = (nested: Nested): string => typeof nested === 'number' ? Number.isNaN(nested) ? '–' : String(Number(nested.toPrecision(digits))) : `[${nested.map(text).join(', ')}]`
  const all = text(toNested(value))
  return all.length <= maxCells ? all : shapeText(value.shape)
}

const shortened = (cell: string): string => widthOf(cell) <= maxCells ? cell : `${cutToWidth(cell, maxCells - 1)}…`
