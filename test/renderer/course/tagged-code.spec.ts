import { linesAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import { taggedCode } from '../../../renderer/course/tagged-code'

test('tags are not shown, and say which line is at work in which step', () => {
  const code = taggedCode('def f(x):\n    return x * y   # a product   #@ forward:mul()\n\nz = f(2)   #@ forward:z start:z\nprint(z)')
  expect(code.text).toBe('def f(x):\n    return x * y   # a product\n\nz = f(2)\nprint(z)')
  const { graph } = traceOf({ expression: 'z = x * y', inputs: {} })
  expect(linesAt(code, graph, { phase: 'forward', node: 'z' })).toEqual({ lines: [3], body: [1] })
  expect(linesAt(code, graph, { phase: 'backward', node: 'z' })).toEqual({ lines: [], body: [] })
})

const coded = lessons.flatMap(lesson => lesson.code ? [{ ...lesson, code: lesson.code }] : [])
const stepsIn = ({ figures }: Pick<(typeof lessons)[number], 'figures'>) => figures.flatMap((figure) => {
  if (figure.kind !== 'graph') return []
  const { graph, steps } = traceOf(figure.graph)
  return [{ graph, steps }]
})

describe.each(coded)('the code of lesson $number', (lesson) => {
  const { code } = lesson
  test('shows no tag', () => {
    expect(code.text).not.toContain('#@')
    expect(code.text.split('\n').filter(line => line !== line.trimEnd())).toEqual([])
  })

  test('is tagged with steps that its figures have', () => {
    const known = new Set(stepsIn(lesson).flatMap(({ graph, steps }) => steps.flatMap(({ phase, node: id }) => {
      const node = graph.byId.get(id)
      const group = node?.group == null ? [] : [node.group, `${graph.groups.get(node.group)!.operation}()`]
      return [id, ...node?.kind === 'operation' ? [`${node.operation}()`] : [], ...group, '*'].map(of => `${phase}:${of}`)
    })))
    expect([...code.lines.keys(), ...code.bodies.keys()].filter(key => !known.has(key))).toEqual([])
  })
})

/** Phases that the code leaves out, since the lesson is about something else; the others have all. */
const leftOut: Readonly<Record<number, readonly string[]>> = {
  0: ['backward', 'start'],
  1: ['backward', 'start'],
  2: ['backward', 'start'],
  14: ['backward', 'start'],
  15: ['backward', 'start'],
  18: ['backward', 'start'],
  20: ['forward', 'start'],
  25: ['backward', 'forward', 'start'], // the numeric gradient of any function
}
test.each(coded)('lesson $number: in the figure that the code is about a line is at work at every press', (lesson) => {
  const figures = stepsIn(lesson).map(({ graph, steps }) => {
    const phases = (lacking: boolean) => [...new Set(steps.filter(step => (linesAt(lesson.code, graph, step).lines.length === 0) === lacking).map(({ phase }) => phase))].sort()
    return { lacking: phases(true), marked: phases(false) }
  })
  const about = figures.reduce((best, figure) => figure.lacking.length < best.lacking.length ? figure : best)
  expect(about.lacking).toEqual(leftOut[lesson.number] ?? [])
  expect(about.marked.filter(phase => about.lacking.includes(phase))).toEqual([])
})

test('the lines at work are those that compute the node', () => {
  const { code, ...lesson } = coded.find(({ number }) => number === 3)!
  const [{ graph, steps }] = stepsIn(lesson) as [ReturnType<typeof stepsIn>[number]]
  const text = code.text.split('\n')
  expect(steps.map(step => linesAt(code, graph, step).lines.map(line => text[line]))).toEqual([
    ['fruit = apple * count'], ['total = fruit * tax'], ['dtotal = 1'], ['dfruit = dtotal * tax', 'dtax = dtotal * fruit'], ['dapple = dfruit * count', 'dcount = dfruit * apple'],
  ])
})
