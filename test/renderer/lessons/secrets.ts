import { translate } from '@contract'
import { type GraphDocument, toNested, traceOf, type Trace } from '@core'
import type { Lesson } from '../../../renderer/course'
import { fill } from '../../../renderer/course/rich-text'
import { graphIn, graphOf, hiddenIn, type Scene, scenesOf } from '../../../renderer/course/scenes'

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
 * What a lesson with these open questions may not show: the answers, all numbers under a "?", and what a second round of
 * learning would compute from an update that is asked for. Numbers that the lesson shows anyway, or gives in a question,
 * tell nothing.
 */
export function secretsOf(lesson: Lesson, openKeys: readonly string[]): ReadonlySet<string> {
  const open = lesson.questions.filter(({ key }) => openKeys.includes(key)).map(question => ({ question, variant: 0 }))
  const scenes = scenesOf(lesson).flatMap((scene: Scene) => graphIn(scene) ?? [])
  const secret: number[] = []
  const shown: number[] = []
  for (const { graph } of scenes) {
    const hidden = new Set(hiddenIn(lesson, graph, open))
    for (const [name, data] of numbersOf(traceOf(graph))) (hidden.has(name) ? secret : shown).push(...data)
    if ([...hidden].some(name => name.startsWith('updated:'))) secret.push(...[...secondRound(graph).values()].flat())
  }
  const answers = new Set(lesson.questions.flatMap(({ pose }) => { const { answer } = pose(0); return typeof answer === 'number' ? writings(answer) : [] }))
  const given = lesson.questions.flatMap(({ key, pose }) => numbersIn(fill(lesson.texts.en.questions[key]!.prompt, { ...lesson.numbers, ...pose(0).numbers })).filter(number => !answers.has(number)))
  for (const question of lesson.questions) {
    const posed = question.pose(0)
    const isOpen = openKeys.includes(question.key)
    if (typeof posed.answer === 'number') (isOpen && (graphOf(lesson, posed) || !posed.hide.length) ? secret : shown).push(posed.answer)
  }
  const known = new Set([...shown.flatMap(number => writings(number)), ...given])
  return new Set(secret.flatMap(number => writings(number)).filter(text => isTelling(text) && !known.has(text)))
}
