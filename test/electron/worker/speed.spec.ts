import { describe, expect, test } from 'vitest'
import { Speed } from '../../../electron/worker/speed'

describe('the speed', () => {
  test('is images per second since the start', () => {
    const speed = new Speed()
    speed.start(1000)
    speed.learned(100)
    speed.learned(100)
    expect(speed.measure(1500)).toBe(400)
  })

  test('is 0 before the start, and when no time has passed', () => {
    const speed = new Speed()
    expect(speed.measure(5)).toBe(0)
    speed.start(1000)
    speed.learned(100)
    expect([speed.measure(1000), speed.measure(999)]).toEqual([0, 0])
  })

  test('covers the latest two seconds', () => {
    const speed = new Speed()
    speed.start(0)
    for (let second = 1; second <= 10; second++) {
      speed.learned(second * 100) // faster and faster
      const rate = speed.measure(second * 1000)
      if (second >= 3) expect(rate).toBe((second * 100 + (second - 1) * 100 + (second - 2) * 100) / 3) // the mark just before these two seconds is the first
    }
  })

  test('excludes the time of other work', () => {
    const speed = new Speed()
    speed.start(0)
    speed.learned(100)
    speed.exclude(400)
    speed.exclude(100)
    expect(speed.measure(1000)).toBe(200)
  })

  test('at a slow pace includes the wait that belongs to the first step', () => {
    const speed = new Speed()
    speed.start(1000, 1000)
    speed.learned(100)
    expect(speed.measure(1000)).toBe(100)
  })

  test('starts over', () => {
    const speed = new Speed()
    speed.start(0)
    speed.learned(1000)
    speed.exclude(500)
    speed.measure(1000)
    speed.start(2000)
    speed.learned(50)
    expect(speed.measure(2500)).toBe(100)
  })
})
