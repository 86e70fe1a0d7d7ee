import type { XrayFrame } from '@contract'
import { LabError, type XrayCell } from '@core'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { useRun } from '../../../renderer/stores/run'
import { useXray } from '../../../renderer/stores/xray'
import { fakeMain, metricsFrame, runState, soFar } from '../lab'

const frameOf = (id: number, patch: Partial<XrayFrame> = {}): XrayFrame => ({
  id, runId: 1, step: 5, image: null, rows: 100, loss: 2, images: [], optimizer: null,
  blocks: ['affine1', 'relu1', 'affine2', 'softmaxWithLoss'].map(name => ({ name, kind: name.replace(/\d/, ''), tensors: [] })), ...patch,
})
const cellOf = (address: XrayCell['address'], value: number): XrayCell => ({ address, origin: address, shape: [784, 50], value, sum: null, update: null, images: [] })

/** A run at step 5. @param open answers each request for a step */
async function opened(open: (id: number) => XrayFrame = id => frameOf(id)) {
  let id = 0
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 5 })), 'xray:open': () => open(++id), 'xray:close': () => null,
    'xray:cell': ({ id, ...address }) => ({ id, ...cellOf(address, 100 * address.row + address.column) }),
  })
  await useRun().load()
  return { main, xray: useXray(), levels: () => useXray().trail.map(({ level }) => level) }
}

describe('the way into the X-ray', () => {
  test('is closed until something opens it', async () => {
    const { xray, main } = await opened()
    expect([xray.isOpen, xray.place, main.asked('xray:open')]).toEqual([false, null, []])
  })

  test('leads to the whole step, to a block, or to a cell, each with the levels above it', async () => {
    const { xray, levels } = await opened()
    xray.open()
    expect(levels()).toEqual(['network'])
    xray.open({ block: 'relu1' })
    expect(levels()).toEqual(['network', 'block'])
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 300, column: 7 } })
    expect(levels()).toEqual(['network', 'block', 'cell'])
    await flushPromises()
    expect([xray.frame?.step, xray.cell?.value]).toEqual([5, 30_007])
  })

  test('goes one level back at a time, and then out, where the thread forgets the step', async () => {
    const { xray, main } = await opened()
    xray.open({ block: 'affine1' })
    await flushPromises()
    xray.go({ level: 'cell', block: 'affine1', part: 'dW', row: 0, column: 1 })
    xray.back()
    expect(xray.place).toEqual({ level: 'block', block: 'affine1' })
    xray.back()
    expect(main.asked('xray:close')).toHaveLength(0)
    xray.back()
    expect([xray.isOpen, main.asked('xray:close').length]).toEqual([false, 1])
  })

  test('returns at once to any level above', async () => {
    const { xray, levels } = await opened()
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 3, column: 1 } })
    xray.goUp(xray.levels[0]!)
    expect(levels()).toEqual(['network'])
  })

  test('that leads into another block stands in that block, and goes back the way it came', async () => {
    const { xray } = await opened()
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 3, column: 1 } })
    xray.go({ level: 'product', block: 'affine1', part: 'dW', row: 3, column: 1, term: 0 })
    xray.go({ level: 'cell', block: 'relu1', part: 'dx', row: 66, column: 1 })
    expect(xray.levels).toEqual([{ level: 'network' }, { level: 'block', block: 'relu1' }, { level: 'cell', block: 'relu1', part: 'dx', row: 66, column: 1 }])
    xray.goUp({ level: 'block', block: 'relu1' }) // the way did not lead through it
    xray.back()
    xray.back()
    expect(xray.place).toMatchObject({ level: 'product', block: 'affine1' })
  })

  test('asks for an image alone when it is opened with one', async () => {
    const { xray, main } = await opened()
    xray.open({ image: { split: 'test', index: 18 } })
    await flushPromises()
    expect(main.asked('xray:open')).toEqual([{ image: { split: 'test', index: 18 } }])
  })
})

describe('the step that is shown', () => {
  test('stays while the run learns on, until the latest one is asked for, at the same place', async () => {
    const { xray, main } = await opened(id => frameOf(id, { step: id === 1 ? 5 : 9 }))
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 3, column: 1 } })
    await flushPromises()
    main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(1, 1, 1, 1) }))
    await flushPromises()
    expect([xray.frame?.step, main.asked('xray:open').length]).toEqual([5, 1])
    xray.renew()
    await flushPromises()
    expect([xray.frame?.step, xray.place?.level, xray.cell?.value]).toEqual([9, 'cell', 301])
    expect(main.asked('xray:cell').at(-1)).toMatchObject({ id: 2 })
  })

  test('is never joined with a cell of another step', async () => {
    const { xray } = await opened()
    xray.open({ block: 'affine1', part: 'dW', cell: { row: 3, column: 1 } })
    await flushPromises()
    expect(xray.cell).not.toBeNull()
    xray.renew()
    xray.move({ row: 4, column: 1 })
    expect(xray.cell).toBeNull() // until the cell of this step and this place is there
    await flushPromises()
    expect(xray.cell?.address.row).toBe(4)
  })

  test('is the next one when there was none yet', async () => {
    let learned = false
    const { xray, main } = await opened((id) => {
      if (!learned) throw new LabError('xray.noStep', 'none yet')
      return frameOf(id, { step: 6 })
    })
    xray.open()
    await flushPromises()
    expect([xray.frame, xray.refused?.code]).toEqual([null, 'xray.noStep'])
    learned = true
    main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(1) }))
    await flushPromises()
    expect([xray.frame?.step, xray.refused]).toEqual([6, null])
  })

  test('is not asked for again with every step when the network is too large for it', async () => {
    const { xray, main } = await opened(() => { throw new LabError('xray.memory', 'too large') })
    xray.open()
    await flushPromises()
    main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(1) }))
    await flushPromises()
    expect([xray.refused?.code, xray.waits, main.asked('xray:open').length]).toEqual(['xray.memory', false, 1])
  })

  test('of another network begins at the whole step when that has no such block', async () => {
    const { xray, main, levels } = await opened(id => frameOf(id, id === 1 ? {} : { runId: 2, blocks: [{ name: 'affine1', kind: 'affine', tensors: [] }] }))
    xray.open({ block: 'relu1' })
    await flushPromises()
    main.tell('run:state', runState({ runId: 2, step: 1 }))
    await flushPromises()
    expect([xray.frame?.runId, levels()]).toEqual([2, ['network']])
  })
})
