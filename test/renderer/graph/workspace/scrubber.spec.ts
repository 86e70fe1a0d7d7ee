import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import StepScrubber from '../../../../renderer/graph/workspace/StepScrubber.vue'
import { useGraph } from '../../../../renderer/stores/graph/graph'
import { fakeMain, show } from '../../lab'
import { graphs } from '../graphs'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function scrubber(document: Parameters<ReturnType<typeof useGraph>['show']>[0] = graphs.apples) {
  useGraph().show(document, { key: 'test', position: 0 })
  const view = await show(StepScrubber, { slider: true })
  const line = view.get('input')
  return {
    view, line,
    parts: () => view.findAll('.track span').map(part => [part.classes()[0], (part.element as HTMLElement).style.flexGrow, (part.get('i').element as HTMLElement).style.width]),
    at: async (position: number) => { useGraph().goTo(position); await flushPromises() },
  }
}

describe('the timeline', () => {
  test('has a section for each pass, as long as it is', async () => {
    const { parts, line } = await scrubber() // four operations forward, the 1 at the output, and four backward
    expect(parts()).toEqual([['forward', '4', '0%'], ['backward', '5', '0%']])
    expect([line.attributes('min'), line.attributes('max')]).toEqual(['0', '9'])
  })

  test('fills them from left to right', async () => {
    const { parts, at } = await scrubber()
    const filled = async (position: number) => { await at(position); return parts().map(part => part[2]) }
    expect(await filled(1)).toEqual(['25%', '0%'])
    expect(await filled(4)).toEqual(['100%', '0%'])
    expect(await filled(5)).toEqual(['100%', '20%'])
    expect(await filled(9)).toEqual(['100%', '100%'])
  })

  test('has the updates of a learning network at its end', async () => {
    const { parts } = await scrubber({ expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 })
    expect(parts().map(([name]) => name)).toEqual(['forward', 'backward', 'update'])
    expect(parts().at(-1)?.[1]).toBe('1')
  })

  test('moves to any step when it is dragged, and stops playing', async () => {
    const { line, view } = await scrubber()
    useGraph().togglePlay()
    await flushPromises()
    expect(view.get('[role=status]').text()).toBe('') // a screen reader would speak at every step
    await line.setValue('6')
    expect([useGraph().position, useGraph().playing]).toEqual([6, false])
    expect(view.get('[role=status]').text()).toContain('6')
  })

  test('names the current pass', async () => {
    const { line, at } = await scrubber()
    const said = async (position: number) => { await at(position); return line.attributes('title') }
    const all = [await said(0), await said(1), await said(5), await said(6)]
    expect(new Set(all).size).toBe(4) // ready, forward, the start of the backward pass, backward
    expect(await said(2)).toBe(all[1])
    expect(line.attributes('aria-valuetext')).toContain('2')
    const failing = await scrubber({ expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } })
    await failing.at(99)
    expect(all).not.toContain(failing.line.attributes('title'))
    expect(failing.line.attributes('title')).toBe('stops here')
  })
})
