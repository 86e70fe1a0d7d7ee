import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useComparison } from '../../../renderer/draw/useComparison'
import { useNeighbours } from '../../../renderer/stores/sketch/neighbours'
import { useSettings } from '../../../renderer/stores/settings'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../renderer/stores/sketch/useReading'
import { fakeMain, show } from '../lab'

afterEach(() => { vi.useRealTimers(); document.body.replaceChildren() })

async function comparing() {
  vi.useFakeTimers()
  const main = fakeMain({ 'draw:neighbours': () => ({ nearest: [{ index: 0, label: 1, distance: 40, image: new Float32Array(784) }], means: [] }) })
  await useSettings().load()
  const reading = useReading(() => 'room')
  await show(defineComponent({ setup() { useComparison(reading); return () => h('div') } }))
  const sketch = useSketch()
  const move = async (y: number) => { sketch.move([{ x: 0.5, y }]); await flushPromises() }
  const begin = async () => { sketch.begin({ x: 0.5, y: 0.1 }); await move(0.5) }
  return { reading, sketch, begin, move, asked: () => main.asked('draw:neighbours').length }
}

// Cause: the first comparison took 0.2 to 0.4 s, all of it after the hand rested.
test('the first comparison begins with the first stroke, the next ones when the drawing rests', async () => {
  const { begin, move, sketch, asked } = await comparing()
  await begin()
  expect(asked()).toBe(1)
  for (const y of [0.6, 0.7, 0.8]) await move(y)
  expect(asked()).toBe(1)
  sketch.end()
  await vi.advanceTimersByTimeAsync(200)
  expect(asked()).toBe(2)
})

// Cause: until it rested, the next drawing was doubted for the one that had been cleared.
test('a blank paper ends what was found', async () => {
  const { begin, sketch, reading } = await comparing()
  await begin()
  sketch.end()
  await vi.advanceTimersByTimeAsync(200)
  expect(reading.doubt).toBe('unlike')
  sketch.clear()
  await flushPromises()
  expect(useNeighbours().found).toBeNull()
  const later = useSketch()
  later.begin({ x: 0.5, y: 0.1 })
  later.move([{ x: 0.4, y: 0.9 }])
  await flushPromises()
  expect(reading.doubt).toBeNull()
})
