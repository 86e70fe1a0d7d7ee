import { momentAt, type GraphDocument, type Trace } from '@core'
import type { Figure, Lesson, Posed, Question } from './types'

/** What stands beside the text: a figure of the lesson, or the graph that a question is about. */
export type Scene
  = | { readonly kind: 'figure', readonly key: string, readonly figure: Figure }
    | { readonly kind: 'question', readonly key: string, readonly question: Question, readonly variant: number, readonly graph: GraphDocument }

const sameGraph = (a: GraphDocument, b: GraphDocument): boolean => JSON.stringify(a) === JSON.stringify(b)
/** The same numbers flow through both, whatever is opened in them and whatever the backward pass begins with. */
const sameNumbers = (a: GraphDocument, b: GraphDocument): boolean => a.expression === b.expression && JSON.stringify(a.inputs) === JSON.stringify(b.inputs)

/** A question's graph; one that brings none is about the lesson's first, and where nothing is covered, about none. */
export function graphOf({ figures }: Lesson, { graph, hide }: Pick<Posed, 'graph' | 'hide'>): GraphDocument | null {
  if (!graph && !hide.length) return null
  const first = figures.find(figure => figure.kind === 'graph')
  return graph ?? (first?.kind === 'graph' ? first.graph : null)
}

/** Where a question is looked at: the figure with the very same graph, or a scene of its own. Null for questions without a graph. */
export function sceneOf(lesson: Lesson, question: Question, variant: number): Scene | null {
  const graph = graphOf(lesson, question.pose(variant))
  if (!graph) return null
  const figure = lesson.figures.find(figure => figure.kind === 'graph' && sameGraph(figure.graph, graph))
  return figure
    ? { kind: 'figure', key: figure.key, figure }
    : { kind: 'question', key: `question:${question.key}:${variant}`, question, variant, graph }
}

/** The figures, then the graphs that questions ask about beyond them. */
export function scenesOf(lesson: Lesson): Scene[] {
  const figures = lesson.figures.map((figure): Scene => ({ kind: 'figure', key: figure.key, figure }))
  const own = lesson.questions.map(question => sceneOf(lesson, question, 0)).filter(scene => scene?.kind === 'question')
  return [...figures, ...own]
}

/** The graph of a scene and the step it is shown at first; null where the scene shows no graph. */
export function graphIn(scene: Scene): Pick<Posed, 'position'> & { readonly graph: GraphDocument } | null {
  if (scene.kind === 'question') return { ...scene.question.pose(scene.variant), graph: scene.graph }
  return scene.figure.kind === 'graph' ? scene.figure : null
}

/** What a graph covers: everything that would give away a question about it that is still open. */
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
 * The first moment at which everything that was covered is known: where the answer can be seen being made.
 * @param covered may name the parts of a closed group; they are not there then
 */
export function revealPosition(trace: Trace, covered: readonly string[]): number {
  const knownAt = (position: number): ReadonlySet<string> => {
    const { values, gradients, updated } = momentAt(trace, position)
    const tables = Object.entries({ value: values, gradient: gradients, updated })
    return new Set(tables.flatMap(([kind, table]) => Array.from(table.keys(), id => `${kind}:${id}`)))
  }
  const end = knownAt(trace.steps.length)
  const wanted = covered.filter(name => end.has(name))
  for (let position = 0; position < trace.steps.length; position++) {
    const known = knownAt(position)
    if (wanted.every(name => known.has(name))) return position
  }
  return trace.steps.length
}
