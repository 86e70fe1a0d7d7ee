import { type GraphDocument, traceOf, type Value } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import { graphOf, hiddenIn, scenesOf } from '../../../renderer/course/scenes'

/** All numbers of a graph, by the names that hidden numbers have. */
function tablesOf(document: GraphDocument): ReadonlyMap<string, Value> {
  const { forward, backward, updated } = traceOf(document)
  const tables = { value: forward.values, gradient: backward.gradients, updated }
  return new Map(Object.entries(tables).flatMap(([kind, table]) => Array.from(table, ([id, value]) => [`${kind}:${id}`, value] as const)))
}

const lesson = (id: string) => lessons.find(lesson => lesson.id === id)!

describe('everything that would reveal an answer is hidden', () => {
  const cases = lessons.flatMap(lesson => lesson.questions.map(question => [lesson.id, question.key, lesson, question] as const))

  test.each(cases)('%s, question %s: an expression hides the same numbers wherever it occurs', (_, __, lesson, question) => {
    const posed = question.pose(0)
    const about = graphOf(lesson, posed)
    const asked = about && tablesOf(about)
    for (const scene of scenesOf(lesson)) {
      const shown = scene.kind === 'figure' && scene.figure.kind === 'graph' ? scene.figure.graph : null
      if (!asked || shown?.expression !== about.expression) continue // another expression has another answer
      const hidden = hiddenIn(lesson, shown, [{ question, variant: 0 }])
      const seen = tablesOf(shown)
      for (const name of posed.hide) {
        const [answer, elsewhere] = [asked.get(name), seen.get(name)]
        if (answer && elsewhere && String(answer.data) === String(elsewhere.data)) expect(hidden, `${scene.key} ${name}`).toContain(name)
      }
    }
  })

  test('an opened group, a network after its update, the same calculation in full', () => {
    const open = (id: string, key: string) => [{ question: lesson(id).questions.find(question => question.key === key)!, variant: 0 }]
    const figure = (id: string, key: string) => lesson(id).figures.flatMap(figure => figure.kind === 'graph' && figure.key === key ? [figure.graph] : [])[0]!
    expect(hiddenIn(lesson('softmax-with-loss'), figure('softmax-with-loss', 'opened'), open('softmax-with-loss', 'score'))).toEqual(['gradient:A', 'gradient:L/shift'])
    expect(hiddenIn(lesson('step-by-step'), figure('step-by-step', 'after'), open('step-by-step', 'update'))).toEqual(['value:W3'])
    expect(hiddenIn(lesson('local-computation'), figure('local-computation', 'long'), open('local-computation', 'local'))).toEqual(['gradient:apple'])
    expect(hiddenIn(lesson('identity-with-loss'), figure('identity-with-loss', 'network'), open('identity-with-loss', 'difference'))).toContain('gradient:Y')
    // whatever is dragged there
    for (const key of ['off', 'zero']) expect(hiddenIn(lesson('relu'), figure('relu', 'switch'), open('relu', key)), key).toEqual(['gradient:x'])
    expect(hiddenIn(lesson('step-by-step'), figure('step-by-step', 'before'), [])).toEqual([])
  })

  test('with other numbers the lesson’s own figures stay as they are', () => {
    const open = [{ question: lesson('step-by-step').questions.find(({ key }) => key === 'update')!, variant: 1 }]
    for (const figure of lesson('step-by-step').figures) if (figure.kind === 'graph') expect(hiddenIn(lesson('step-by-step'), figure.graph, open)).toEqual([])
  })
})
