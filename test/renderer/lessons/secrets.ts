import { translate } from '@contract'
import { type GraphDocument, toNested, traceOf, type Trace } from '@core'
import type { Lesson, Question } from '../../../renderer/course'
import { fill } from '../../../renderer/course/rich-text'
import { graphOf } from '../../../renderer/course/scenes'

/** Every way in which the window writes a number, as one text: few digits, more digits, all digits. */
const writings = (number: number): string[] => [String(number), ...[2, 3, 4, 5, 6, 12].map(digits => String(Number(number.toPrecision(digits)))), ...[2, 3, 4, 5].map(decimals => String(Number(number.toFixed(decimals))))]

/** Short whole numbers occur everywhere: "1 of 2", "row 3". */
const isTelling = (text: string): boolean => /\.\d|\d{3}/.test(text) && !text.includes('e')

/** The sentences that tell how the gradients are computed that a graph's questions ask for. */
export const rulesHiddenIn = ({ graph }: Trace, hidden: ReadonlySet<string>): readonly string[] =>
  [...new Set(graph.nodes.flatMap(node => node.kind === 'operation' && node.args.some(arg => hidden.has(`gradient:${arg}`)) ? [node.operation] : []))]
    .map(operation => translate('en', `graph.operation.${operation}.back`))

type Numbers = ReadonlyMap<string, readonly number[]>
function numbersOf({ forward, backward, updated }: Trace): Numbers {
  const tables = { value: forward.values, gradient: backward.gradients, updated }
  const sent = Array.from(backward.contributions, ([id, parts]) => [`gradient:${id}`, parts.flatMap(({ value }) => [...value.data])] as const)
  const all = new Map<string, readonly number[]>(Object.entries(tables).flatMap(([kind, table]) => Array.from(table, ([id, { data }]) => [`${kind}:${id}`, [...data]] as const)))
  for (const [name, data] of sent) all.set(name, [...all.get(name) ?? [], ...data])
  return all
}
const secondRound = (document: GraphDocument): Numbers => {
  const { updated } = traceOf(document)
  const inputs = Object.fromEntries(Array.from(updated, ([name, value]) => [name, toNested(value)]))
  return numbersOf(traceOf({ ...document, inputs: { ...document.inputs, ...inputs } }))
}

/** Numbers in a text, with a plain minus and without thousands separators. */
export const numbersIn = (text: string): readonly string[] =>
  [...text.replaceAll('−', '-').replace(/(\d)(?:,|\{,\})(?=\d{3}(?!\d))/g, '$1').matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => number)

/**
 * What may not be shown beside an open question: its answer, all numbers under a "?", and what a second round of
 * learning would compute from an update that is asked for. Numbers that the graph shows anyway, or that the question gives,
 * tell nothing.
 */
export function secretsOf(lesson: Lesson, question: Question): ReadonlySet<string> {
  const posed = question.pose(0)
  const graph = graphOf(lesson, posed)
  const hidden = new Set(posed.hide)
  const secret: number[] = typeof posed.answer === 'number' ? [posed.answer] : []
  const shown: number[] = []
  if (graph) {
    for (const [name, data] of numbersOf(traceOf(graph))) (hidden.has(name) ? secret : shown).push(...data)
    if ([...hidden].some(name => name.startsWith('updated:'))) secret.push(...[...secondRound(graph).values()].flat())
  }
  const answers = new Set(typeof posed.answer === 'number' ? writings(posed.answer) : [])
  const given = numbersIn(fill(lesson.texts.en.questions[question.key]!.prompt, { ...lesson.numbers, ...posed.numbers })).filter(number => !answers.has(number))
  const known = new Set([...shown.flatMap(number => writings(number)), ...given])
  return new Set(secret.flatMap(number => writings(number)).filter(text => isTelling(text) && !known.has(text)))
}
