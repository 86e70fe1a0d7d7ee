import type { PathPoints, PlaneFrame, RequestArg } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import LossPlane from '../../../../../renderer/inspector/health/more/LossPlane.vue'
import { useMicroscope } from '../../../../../renderer/stores/microscope'
import { useRun } from '../../../../../renderer/stores/run'
import { recordCanvases } from '../../../canvas'
import { fakeMain, runState, show, soFar } from '../../../lab'

beforeEach(() => {
  vi.useFakeTimers()
  recordCanvases()
})
let unmount = (): void => undefined
afterEach(() => {
  unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.replaceChildren()
})

const usual = [{ path: 'affine2.W', row: 3, column: 1 }, { path: 'affine1.W', row: 300, column: 7 }] as const
/** A bowl around (1, 0) */
function planeFor({ size, cells = usual, ranges = [[-1, 1], [-1, 1]] }: RequestArg<'measure:plane'>): PlaneFrame {
  const [[fromX, toX], [fromY, toY]] = ranges
  const losses = Float32Array.from({ length: size * size }, (_, k) => (fromX + k % size * (toX - fromX) / (size - 1) - 1) ** 2 + (fromY + Math.floor(k / size) * (toY - fromY) / (size - 1)) ** 2)
  return { runId: 1, step: 12, x: { ...cells[0], value: 0, gradient: -2, from: fromX, to: toX }, y: { ...cells[1], value: 0, gradient: 0, from: fromY, to: toY }, size, losses, loss: 1, images: 500, price: { ms: 10, share: 0.01, everyMs: 0 } }
}

async function plane() {
  const asked: RequestArg<'measure:plane'>[] = []
  const followed: unknown[] = []
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 12, loss: 1.4 })),
    'measure:plane': (query) => { asked.push(query); return planeFor(query) },
    'past:path': (query) => { followed.push(query); return { id: 1 } },
    'past:endPath': () => null,
  })
  await useRun().load()
  const view = await show(LossPlane)
  unmount = () => { view.unmount() }
  const settle = async (ms = 50) => {
    await vi.advanceTimersByTimeAsync(ms)
    await flushPromises()
  }
  await settle()
  const press = async () => {
    await view.get('header button').trigger('click')
    await settle()
  }
  const tell = async (points: Partial<PathPoints>) => {
    main.tell('past:path', { id: 1, steps: new Uint32Array(), x: new Float32Array(), y: new Float32Array(), done: 0.5, ...points })
    await settle()
  }
  return { view, asked, followed, settle, press, tell }
}

describe('the loss over two weights', () => {
  test('says first what it takes, of a small trial', async () => {
    const { view, asked } = await plane()
    expect(asked).toEqual([{ size: 7 }])
    expect(view.text()).toContain('Takes about 0.2 s each time; while the run learns at full speed 3.9 s.') // 10 ms · (31 / 7)²
    expect(view.find('svg[role=img]').exists()).toBe(false)
  })

  test('is measured once, around the present place, and says what it shows', async () => {
    const { view, asked, followed, press, settle } = await plane()
    await press()
    await settle(5000)
    expect(asked.slice(1)).toEqual([{ size: 7 }, { size: 31, cells: usual, ranges: [[-0.5, 0.5], [-0.5, 0.5]] }])
    expect(followed).toEqual([{ cells: usual }])
    expect(view.text()).toContain('Now W2[3, 1] = 0, W1[300, 7] = 0: loss 1')
    expect(view.text()).toContain('Loss of 500 fixed training images')
    expect(view.get('svg[role=img]').attributes('aria-label')).toContain('Loss over W2[3, 1] across and W1[300, 7] up, from 0.25 to 2.5')
  })

  test('shows the path as it is filled in, and is measured again around it where it leaves the figure', async () => {
    const { view, asked, press, tell } = await plane()
    await press()
    await tell({ steps: Uint32Array.of(12), x: Float32Array.of(0.25), y: Float32Array.of(0.25) })
    await tell({ steps: Uint32Array.of(1), x: Float32Array.of(-0.25), y: Float32Array.of(-0.25) })
    expect(view.get('.way').attributes('d')).toBe('M64 192L192 64') // 256 pixels from −0.5 to 0.5, y upwards
    expect(view.text()).toContain('50% known')
    expect(asked).toHaveLength(3)
    await tell({ steps: Uint32Array.of(5), x: Float32Array.of(3), y: Float32Array.of(0), done: 1 })
    expect(asked).toHaveLength(5)
    const { ranges } = asked.at(-1)!
    const [[fromX, toX], [fromY, toY]] = ranges!
    // from −0.25 to 3, with 35 % of it free on both sides
    expect([toX - fromX, toY - fromY]).toEqual([expect.closeTo(1.7 * 3.25, 10), expect.closeTo(1.7 * 3.25, 10)])
    expect((fromX + toX) / 2).toBeCloseTo(1.375, 10)
    expect(view.text()).not.toContain('known')
  })

  test('points against the gradient, which leads across the contours', async () => {
    const { view, press } = await plane()
    await press()
    expect(view.get('.downhill').attributes('d')).toBe('M128 128L162 128') // dL/dx is negative: to the right
  })

  test('is read place by place with the arrow keys', async () => {
    const { view, press } = await plane()
    await press()
    const layer = view.get('[role=application]')
    for (let i = 0; i < 15; i++) await layer.trigger('keydown', { key: 'ArrowRight' })
    expect(view.text()).toContain('W2[3, 1] = 0.5, W1[300, 7] = 0: loss 0.25')
    await layer.trigger('keydown', { key: 'Escape' })
    expect(view.text()).toContain('Now W2[3, 1] = 0')
  })

  test('is that of the weights that are chosen, each of which opens in the microscope', async () => {
    const { view, asked, followed, press, settle } = await plane()
    await press()
    await view.findAll('select')[1]!.setValue('affine2.b')
    await settle()
    const cells = [usual[0], { path: 'affine2.b', row: 0, column: 7 }]
    expect([asked.at(-1)!.cells, followed.at(-1)]).toEqual([cells, { cells }])
    await view.get('[aria-label="Across"] input').setValue('5')
    await settle()
    expect(asked.at(-1)!.cells![0]).toEqual({ path: 'affine2.W', row: 5, column: 1 })
    await view.findAll('.look')[1]!.trigger('click')
    expect(useMicroscope().place).toEqual(cells[1])
  })

  test('stops when nobody wants it', async () => {
    const { view, press, tell } = await plane()
    await press()
    await view.get('header button').trigger('click')
    await tell({ steps: Uint32Array.of(12), x: Float32Array.of(0.25), y: Float32Array.of(0.25) })
    expect([view.find('svg[role=img]').exists(), view.find('.way').exists()]).toEqual([false, false])
  })
})
