import { type GraphDocument, type Trace, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { carried, forwardEnd } from '../../../../renderer/stores/graph/positions'

const of = (expression: string, more: Partial<GraphDocument> = {}): Trace => traceOf({ expression, inputs: {}, ...more })
/** The latest step after the given number of steps. */
const stepAt = ({ steps }: Trace, position: number) => position === 0 ? 'start' : `${steps[position - 1]!.phase} ${steps[position - 1]!.node}`
/** Position of a run after another graph replaced its own, described by the latest step. */
const moved = (before: Trace, after: Trace, step: string) => stepAt(after, carried(before, before.steps.findIndex((_, i) => stepAt(before, i + 1) === step) + 1, after))

describe('the end of the forward pass', () => {
  test('is before the 1 at the output', () => {
    expect([forwardEnd(of('x * y')), forwardEnd(of('a = x * y; b = a + 1; b * 2'))]).toEqual([1, 3])
  })

  test('is the end of a run that fails', () => {
    const failing = traceOf({ expression: 'log(x) * y', inputs: { x: -1 } })
    expect([forwardEnd(failing), failing.steps.length]).toEqual([1, 1])
  })
})

describe('a run in another graph', () => {
  const before = of('a = x * y; b = a + z; b * w')
  const after = of('c = y + 1; a = x * c; b = a + z; b * w')

  test('stays at its start and at its end', () => {
    expect([carried(before, 0, after), carried(before, before.steps.length, after), carried(before, before.steps.length, of('x'))]).toEqual([0, after.steps.length, of('x').steps.length])
  })

  test('stays at the end of the forward pass, whatever node is last there', () => {
    expect([carried(before, forwardEnd(before), after), carried(before, forwardEnd(before), of('x + y + z + q + r'))]).toEqual([forwardEnd(after), 4])
  })

  test.each(['forward a', 'forward b', 'backward b', 'start n1'])('stays after the same step: %s', (step) => {
    const [one, other] = [of('a = x * y; b = a + z; b * w'), of('a = x * y; q = 1 + 1; b = a + z; b * w * q')]
    const to = step === 'start n1' ? `start ${other.graph.output}` : step
    if (step.startsWith('start')) expect(carried(one, forwardEnd(one) + 1, one)).toBe(forwardEnd(one) + 1)
    else expect(moved(one, other, step)).toBe(to)
  })

  test('distinguishes forward from backward at the same node', () => {
    expect([moved(before, after, 'forward b'), moved(before, after, 'backward b')]).toEqual(['forward b', 'backward b'])
  })

  test('is at the same number of steps when its node is gone, and never beyond the end', () => {
    const gone = of('p = x * y; q = p + z; q * w')
    expect([carried(before, 1, gone), carried(before, 2, gone)]).toEqual([1, 2])
    expect(carried(of('a = x * y; b = a + z; c = b * w; c + 1'), 2, of('x * 1'))).toBe(2)
    expect(carried(of('a = x * y; b = a + z; c = b * w; c + 1'), 3, traceOf({ expression: 'log(x)', inputs: { x: -1 } }))).toBe(1)
  })
})

describe('a run through a group that is opened or closed', () => {
  const document: GraphDocument = { expression: 'g = sigmoid(x * w); g + c', inputs: {} }
  const [closed, opened] = [traceOf(document), traceOf({ ...document, opened: ['g'] })]
  const parts = (phase: string) => opened.steps.filter(step => step.phase === phase && opened.graph.byId.get(step.node)!.group === 'g').map(({ node }) => node)

  test('has completed it if it had before', () => {
    expect(moved(closed, opened, 'forward g')).toBe(`forward ${parts('forward').at(-1)}`)
    expect(moved(closed, opened, 'backward g')).toBe(`backward ${parts('backward').at(-1)}`)
  })

  test('has completed it if it had reached a part', () => {
    for (const part of parts('forward')) expect(moved(opened, closed, `forward ${part}`)).toBe('forward g')
    for (const part of parts('backward')) expect(moved(opened, closed, `backward ${part}`)).toBe('backward g')
  })

  test('stays at a part during other changes', () => {
    const more = traceOf({ expression: 'g = sigmoid(x * w); g + c * c', inputs: {}, opened: ['g'] })
    expect(opened.graph.nodes.filter(node => node.group === 'g').length).toBeGreaterThan(2)
    // inside of the group the same part, the group's own node after all of its parts
    for (const part of parts('forward').filter(id => id === 'g')) expect(moved(opened, more, `forward ${part}`)).toBe(`forward ${part}`)
    expect(moved(closed, traceOf({ expression: 'g = sigmoid(x * w); g + c * c', inputs: {} }), 'forward g')).toBe('forward g')
  })

  test('stays where it was before and after the group', () => {
    expect([moved(closed, opened, 'forward n1'), moved(opened, closed, 'forward n1'), moved(closed, opened, 'backward n1')]).toEqual(['forward n1', 'forward n1', 'backward n1'])
  })
})
