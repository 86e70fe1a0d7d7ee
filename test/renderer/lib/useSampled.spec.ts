import { LabError } from '@core'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, KeepAlive, nextTick, ref, type Ref } from 'vue'
import { useSampled } from '../../../renderer/lib/useSampled'

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }) })
afterEach(() => { vi.useRealTimers() })

/** A view that samples `key`; it can be deactivated like a room. */
function watching(key: Ref<string | null>, ask: () => Promise<string>) {
  let sampled!: ReturnType<typeof useSampled<string>>
  const View = defineComponent({ setup() { sampled = useSampled(() => key.value, ask); return () => null } })
  const open = ref(true)
  const room = mount(() => h(KeepAlive, () => open.value ? h(View) : undefined))
  return { open, room, value: () => sampled.value.value, refused: () => sampled.refused.value }
}

describe('a sampled value', () => {
  test('is requested once while nothing changes', async () => {
    const ask = vi.fn(async () => 'a')
    const { value } = watching(ref('1'), ask)
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledTimes(1)
    expect(value()).toBe('a')
  })

  test('is requested at most ten times a second however fast things change', async () => {
    const key = ref('0')
    const ask = vi.fn(async () => key.value)
    const { value } = watching(key, ask)
    for (let i = 1; i <= 100; i++) {
      key.value = String(i)
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(ask.mock.calls.length).toBeLessThanOrEqual(11)
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(9)
    await vi.advanceTimersByTimeAsync(200)
    expect(value()).toBe('100')
  })

  test('is never requested twice at the same time', async () => {
    const key = ref('0')
    let answer: (value: string) => void = () => {}
    const ask = vi.fn(() => new Promise<string>((done) => { answer = done }))
    watching(key, ask)
    await vi.advanceTimersByTimeAsync(0)
    key.value = '1'
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledTimes(1)
    answer('late')
    await vi.advanceTimersByTimeAsync(100)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  test('is not requested while its room is closed, and at once when it opens again', async () => {
    const key = ref('0')
    const ask = vi.fn(async () => key.value)
    const { open, value } = watching(key, ask)
    await vi.advanceTimersByTimeAsync(0)
    open.value = false
    await nextTick()
    key.value = '1'
    await vi.advanceTimersByTimeAsync(1000)
    expect(ask).toHaveBeenCalledTimes(1)
    open.value = true
    await nextTick()
    await vi.advanceTimersByTimeAsync(0)
    expect(value()).toBe('1')
  })

  test('reports why it was refused, keeps its value, and tries again at the next change', async () => {
    const key = ref('0')
    const ask = vi.fn(async () => { if (key.value === '1') throw new LabError('worker.timeout', 'late'); return key.value })
    const { value, refused } = watching(key, ask)
    await vi.advanceTimersByTimeAsync(0)
    key.value = '1'
    await vi.advanceTimersByTimeAsync(200)
    expect([value(), refused()?.code]).toEqual(['0', 'worker.timeout'])
    key.value = '2'
    await vi.advanceTimersByTimeAsync(200)
    expect([value(), refused()]).toEqual(['2', null])
  })

  test('is null without a request', async () => {
    const ask = vi.fn(async () => 'a')
    const key = ref<string | null>(null)
    const { value } = watching(key, ask)
    await vi.advanceTimersByTimeAsync(500)
    expect(ask).not.toHaveBeenCalled()
    expect(value()).toBeNull()
  })
})
