import { beforeEach, describe, expect, test } from 'vitest'
import { useXray } from '../../../renderer/stores/xray'
import { fakeMain } from '../lab'

beforeEach(() => { fakeMain() })
const levels = () => useXray().trail.map(({ level }) => level)

describe('the way into the X-ray', () => {
  test('is closed until something opens it', () => {
    expect([useXray().isOpen, useXray().place]).toEqual([false, null])
  })

  test('leads to the whole step, to a block, or to a cell, each with the levels above it', () => {
    const xray = useXray()
    xray.open()
    expect(levels()).toEqual(['network'])
    xray.open({ block: 'relu1' })
    expect(levels()).toEqual(['network', 'block'])
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 300, column: 7 } })
    expect(levels()).toEqual(['network', 'block', 'cell'])
    expect(xray.place).toEqual({ level: 'cell', block: 'affine1', part: 'dW', row: 300, column: 7 })
  })

  test('goes one level back at a time, and then out', () => {
    const xray = useXray()
    xray.open({ block: 'affine1' })
    xray.go({ level: 'cell', block: 'affine1', part: 'dW', row: 0, column: 1 })
    xray.back()
    expect(xray.place).toEqual({ level: 'block', block: 'affine1' })
    xray.back()
    xray.back()
    expect(xray.isOpen).toBe(false)
  })

  test('returns at once to any level of the trail', () => {
    const xray = useXray()
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 3, column: 1 } })
    xray.backTo(0)
    expect(levels()).toEqual(['network'])
  })
})
