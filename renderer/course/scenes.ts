import { momentAt, type GraphDocument, type Trace } from '@core'
import type { SlopeSpec } from './slopes'
import type { Card, Figure, Lesson, Posed, Position, Question } from './types'

/** What is shown beside a card: a figure of the lesson, or the graph or the curve of a question. */
export type Scene
  = | { readonly kind: 'figure', readonly key: string, readonly figure: Figure, readonly position?: Position | undefined }
    | { readonly kind: 'question', readonly key: string, readonly question: Question, readonly variant: number, readonly graph: GraphDocument }
    | { readonly kind: 'curve', readonly key: string, readonly curve: SlopeSpec }

/** Names a card in its lesson; a predict card has its question's key. */
export const keyOf = (card: Card): string => card.kind === 'predict' ? card.question : card.key

/** The question of a predict card. */
export const questionOf = (lesson: Lesson, card: Card): Question | null =>
  card.kind === 'predict' ? lesson.questions.find(({ key }) => key === card.question)! : null

/** Keys of the questions on its cards: a lesson is done when they are answered. */
export const askedIn = ({ cards }: Lesson): readonly string[] => cards.flatMap(card => card.kind === 'predict' ? [card.question] : [])

/** A lesson's cards, followed by its practice: a card for each question that none of them asks. */
export function deckOf(lesson: Lesson): readonly Card[] {
  const asked = askedIn(lesson)
  return [...lesson.cards, ...lesson.questions.filter(({ key }) => !asked.includes(key)).map(({ key }) => ({ kind: 'predict', question: key }) as const)]
}

/** The graph of a question: its own, or the lesson's first; null when it has no graph and hides nothing. */
export function graphOf({ figures }: Lesson, { graph, hide }: Pick<Posed, 'graph' | 'hide'>): GraphDocument | null {
  if (!graph && !hide.length) return null
  const first = figures.find(figure => figure.kind === 'graph')
  return graph ?? (first?.kind === 'graph' ? first.graph : null)
}

/** A question's scene, apart from the figures, so that nothing beside a card is ever covered; null for one without a graph or curve. */
function sceneOf(lesson: Lesson, question: Question, variant: number): Scene | null {
  const posed = question.pose(variant)
  const key = `question:${question.key}:${variant}`
  if (posed.curve) return { kind: 'curve', key, curve: posed.curve }
  const graph = graphOf(lesson, posed)
  return graph && { kind: 'question', key, question, variant, graph }
}

/**
 * What a card shows beside it: the graph of its question, its own figures, or else those of the card before. Figures
 * belong to the card that names them, and stay as they were left.
 * @param at the card's place in the lesson's deck @param variant of the card's question
 */
export function scenesOf(lesson: Lesson, at: number, variant = 0): readonly Scene[] {
  const card = deckOf(lesson)[at]
  if (!card) return []
  const question = questionOf(lesson, card)
  const asked = question && sceneOf(lesson, question, variant)
  if (asked) return [asked]
  const showing = lesson.cards.slice(0, at + 1).findLast(({ figure }) => figure !== undefined)
  if (!showing) return []
  const position = showing.kind === 'predict' ? undefined : showing.position
  return [showing.figure!].flat().map(name =>
    ({ kind: 'figure', key: `${keyOf(showing)}:${name}`, figure: lesson.figures.find(({ key }) => key === name)!, position }))
}

/** The graph of a scene and its initial step; null when the scene shows no graph. */
export function graphIn(scene: Scene): Pick<Posed, 'position'> & { readonly graph: GraphDocument } | null {
  if (scene.kind === 'question') return { ...scene.question.pose(scene.variant), graph: scene.graph }
  if (scene.kind === 'curve') return null
  const { figure, position } = scene
  return figure.kind === 'graph' ? { graph: figure.graph, position: position ?? figure.position } : null
}

/**
 * The first step at which all hidden values are known, so that the learner sees the answer being computed; the last where the
 * steps themselves were hidden.
 * @param hidden ids; parts of a closed group do not exist in the trace
 */
export function revealPosition(trace: Trace, hidden: readonly string[]): number {
  const knownAt = (position: number): ReadonlySet<string> => {
    const { values, gradients, updated } = momentAt(trace, position)
    const tables = Object.entries({ value: values, gradient: gradients, updated })
    return new Set(tables.flatMap(([kind, table]) => Array.from(table.keys(), id => `${kind}:${id}`)))
  }
  const end = knownAt(trace.steps.length)
  if (hidden.includes('steps')) return trace.steps.length
  const wanted = hidden.filter(name => end.has(name))
  for (let position = 0; position < trace.steps.length; position++) {
    const known = knownAt(position)
    if (wanted.every(name => known.has(name))) return position
  }
  return trace.steps.length
}
