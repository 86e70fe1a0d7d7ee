import type { Neighbours, NeighboursQuery } from '@contract'
import { type Point, preparationSteps } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { predictWith } from '../../../../renderer/draw/predict'
import StepsTab from '../../../../renderer/draw/why/StepsTab.vue'
import { useSettings } from '../../../../renderer/stores/settings'
import { useSketch } from '../../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../../renderer/stores/sketch/useReading'
import { recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'
import { sampleNetwork } from './drawn-seven'

beforeEach(() => { recordCanvases() })
afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals() })

const seven: readonly Point[] = [[0.1, 0.1], [0.3, 0.1], [0.2, 0.35]].map(([x = 0, y = 0]) => ({ x, y })) // small, at the upper left
const image = (value: number) => new Float32Array(784).fill(value)
const neighbours = ({ means }: NeighboursQuery): Neighbours => ({
  nearest: [{ index: 4, label: 7, distance: 1.52, image: image(0.5) }, { index: 9, label: 1, distance: 2.04, image: image(0.2) }],
  means: means.map(label => ({ label, image: image(label / 10) })),
})

async function tab() {
  const main = fakeMain({ 'draw:neighbours': neighbours })
  await useSettings().load()
  const sketch = useSketch()
  const reading = useReading(() => 'room')
  const network = sampleNetwork()
  const prediction = () => {
    const answer = reading.pixels && predictWith(network, reading.pixels)
    return answer && { ...answer, paperImage: null }
  }
  const view = await show(StepsTab, { reading, network, prediction: prediction() })
  const update = async () => {
    await view.setProps({ prediction: prediction() })
    await flushPromises()
  }
  const draw = async (points = seven) => {
    sketch.begin(points[0]!)
    sketch.move(points.slice(1))
    sketch.end()
    await update()
  }
  const leaveOut = async (name: string, isOn = false) => {
    await view.findAll('.step').find(step => step.text().startsWith(name))!.get('input').setValue(isOn)
    await update()
  }
  const lines = () => view.findAll('.step').map(step => [step.get('.name').text(), step.get('p').text()])
  return { main, view, sketch, reading, draw, leaveOut, lines, change: () => view.get('.change').text() }
}

describe('the steps', () => {
  test('say what to do while the paper is blank', async () => {
    const { view } = await tab()
    expect(view.findAll('.step')).toEqual([])
    expect(view.get('[role=status]').text()).not.toBe('')
  })

  test('go from the paper to the numbers, each with what it has done', async () => {
    const { draw, lines } = await tab()
    await draw()
    expect(lines().map(([name]) => name)).toEqual(['Paper', 'Crop', 'Scale', 'Thickness', 'Centre', 'Numbers'])
    // 0.25 of the paper high, and the pen's 0.085 around; less than 0.2 wide, since the corner is rounded
    expect(lines()[1]![1]).toMatch(/^to the ink: 2[4-8]% × 34% of the paper$/)
    expect(lines()[2]![1]).toMatch(/^×2\.1, to 1[4-6]×20$/) // 20 / 28 / 0.335
    expect(lines()[3]![1]).toMatch(/^from 5\.? ?\d* to 2\.4 pixels$/)
    expect(lines()[5]![1]).toMatch(/^784 numbers, \d+ of them not 0$/)
  })

  test('one that is left out changes the network’s input at once, and says what that does to the answer', async () => {
    const { reading, draw, leaveOut, change, view } = await tab()
    await draw()
    const before = reading.pixels!
    await leaveOut('Crop')
    expect(reading.pixels).not.toEqual(before)
    expect(change()).toMatch(/^Without cropping: (still \d|\d instead of \d), (> )?[\d.]+%/)
    await leaveOut('Centre')
    expect(change()).toMatch(/^Without these steps: /)
    await view.get('.change button').trigger('click')
    expect(reading.pixels).toEqual(before)
  })

  test('are all on again when the tab is closed, and when the paper is cleared', async () => {
    const { view, sketch, draw, leaveOut } = await tab()
    await draw()
    await leaveOut('Scale')
    expect([...sketch.off]).toEqual(['scale'])
    sketch.clear()
    await flushPromises()
    expect(sketch.off.size).toBe(0)
    await draw()
    await leaveOut('Crop')
    view.unmount()
    expect(sketch.off.size).toBe(0)
  })

  test('that leave no ink can be switched on again', async () => {
    const { view, sketch, reading } = await tab()
    sketch.recall([[{ x: 1.2, y: 0.2 }, { x: 1.4, y: 0.8 }]]) // beyond the paper
    await flushPromises()
    sketch.leaveOut('crop', true)
    await flushPromises()
    expect(reading.pixels).toBeNull()
    await view.get('button').trigger('click')
    expect(reading.pixels).not.toBeNull()
  })

  test('have a switch each, but for the paper and the numbers', async () => {
    const { view, draw } = await tab()
    await draw()
    expect(view.findAll('.step input')).toHaveLength(preparationSteps.length - 1) // ink and paper are told apart in pictures only
  })
})

describe('beside them', () => {
  test('stand the nearest training images with their classes and distances', async () => {
    const { view, draw } = await tab()
    await draw()
    expect(view.findAll('.near section:first-child li').map(item => item.text())).toEqual(['7 1.5', '1 2'])
  })

  test('stand the mean images of the answer and of what was meant', async () => {
    const { main, view, draw, sketch, reading } = await tab()
    await draw()
    const { label } = predictWith(sampleNetwork(), reading.pixels!)!
    const other = (label + 1) % 10
    sketch.mean(other)
    await flushPromises()
    expect((main.asked('draw:neighbours').at(-1) as NeighboursQuery).means).toEqual([label, other])
    expect(view.findAll('.near section:last-child li').map(item => item.text())).toEqual([`${label}: the answer`, `${other}: meant`])
  })
})
