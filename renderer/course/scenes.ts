import { momentAt, type GraphDocument, type Trace } from '@core'
import type { Figure, Lesson, Posed, Question } from './types'

/** What is shown beside the text: a figure of the lesson, or the graph of a question. */
export type Scene
  = | { readonly kind: 'figure', readonly key: string, readonly figure: Figure }
    | { readonly kind: 'question', readonly key: string, readonly question: Question, readonly variant: number, readonly graph: GraphDocument }

const sameGraph = (a: GraphDocument, b: GraphDocument): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Equal expressions and inputs, whatever nodes are opened and whatever gradient the backward pass starts with. */
const sameNumbers = (a: GraphDocument, b: GraphDocument): boolean => a.expression === b.expression && JSON.stringify(a.inputs) === JSON.stringify(b.inputs)

/** The graph of a question: its own, or the lesson's first; null when it has no graph and hides nothing. */
export function graphOf({ figures }: Lesson, { graph, hide }: Pick<Posed, 'graph' | 'hide'>): GraphDocument | null {
  if (!graph && !hide.length) return null
  const first = figures.find(figure => figure.kind === 'graph')
  return graph ?? (first?.kind === 'graph' ? first.graph : null)
}

/**
 * The scene of a question: the figure with the same graph, or else a scene of its own. Null for questions without a
 * graph.
 */
export function sceneOf(lesson: Lesson, question: Question, variant: number): Scene | null {
  const graph = graphOf(lesson, question.pose(variant))
  if (!graph) return null
  const figure = lesson.figures.find(figure => figure.kind === 'graph' && sameGraph(figure.graph, graph))
  return figure
    ? { kind: 'figure', key: figure.key, figure }
    : { kind: 'question', key: `question:${question.key}:${variant}`, question, variant, graph }
}

/** The lesson's figures, followed by graphs that only its questions have. */
export function scenesOf(lesson: Lesson): Scene[] {
  const figures = lesson.figures.map((figure): Scene => ({ kind: 'figure', key: figure.key, figure }))
  const own = lesson.questions.map(question => sceneOf(lesson, question, 0)).filter(scene => scene?.kind === 'question')
  return [...figures, ...own]
}

/** The graph of a scene and its initial step; null when the scene shows no graph. */
export function graphIn(scene: Scene): Pick<Posed, 'position'> & { readonly graph: GraphDocument } | null {
  if (scene.kind === 'question') return { ...scene.question.pose(scene.variant), graph: scene.graph }
  return scene.figure.kind === 'graph' ? scene.figure : null
}

/** What is hidden in a graph: everything that would reveal the answer to an open question. */
export function hiddenIn(lesson: Lesson, graph: GraphDocument, open: readonly { readonly question: Question, readonly variant: number }[]): string[] {
  return open.flatMap(({ question, variant }) => {
    const posed = question.pose(variant)
    const about = graphOf(lesson, posed)
    const figure = lesson.figures.find(figure => figure.kind === 'graph' && sameGraph(figure.graph, graph))
    const elsewhere = variant === 0 && figure ? posed.hideIn?.[figure.key] ?? [] : []
    return about && sameNumbers(about, graph) ? [...posed.hide, ...elsewhere] : elsewhere
  })
}

/**
 * The first step at which all hidden values are known, so that the learner sees the answer being computed.
 * @param hidden ids; parts of a closed group do not exist in the trace
 */
export function revealPosition(trace: Trace, hidden: readonly string[]): number {
  const knownAt = (position: number): ReadonlySet<string> => {
    const { values, gradients, updated } = momentAt(trace, position)
    const tables = Object.entries({ value: values, gradient: gradients, updated })
    return new Set(tables.flatMap(([kind, table]) => Array.from(table.keys(), id => `${kind}:${id}`)))
  }
  const end = knownAt(trace.steps.length)
  const wanted = hidden.filter(name => end.has(name))
  for (let position = 0; position < trace.steps.length; position++) {
    const known = knownAt(position)
    if (wanted.every(name => known.has(name))) return position
  }
  return trace.steps.length
}
