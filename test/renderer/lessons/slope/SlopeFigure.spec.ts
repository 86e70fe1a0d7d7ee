import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, test } from 'vitest'
import { lessons } from '../../../../renderer/course/all'
import type { SlopeSpec } from '../../../../renderer/course/slopes'
import SlopeFigure from '../../../../renderer/lessons/slope/SlopeFigure.vue'
import { setLocale } from '../../../../renderer/lib/i18n'
import { useCommandTable } from '../../../../renderer/stores/commands'
import { useRoom } from '../../../../renderer/stores/room'
import { fakeMain, settings, show } from '../../lab'

const square: SlopeSpec = { kind: 'feet', graph: { expression: 'y = square(x)', inputs: { x: 2 } }, input: 'x', formula: 'y = x^2', range: [-4, 4], h: 1 }
const figureOf = (id: string, key: string): SlopeSpec => {
  const figure = lessons.find(lesson => lesson.id === id)!.figures.find(figure => figure.key === key)!
  if (figure.kind !== 'slope') throw new TypeError(`${key} is no slope`)
  return figure.slope
}
const handle = (view: VueWrapper, name: string) => view.get(`[role=slider][aria-label="${name}"]`)
const spoken = (view: VueWrapper, name: string) => handle(view, name).attributes('aria-valuetext')
/** The picture of a test is 720 px wide; its axis is 638 px long (52 and 30 px are beside it). */
const axisPx = 638

beforeEach(() => { fakeMain() })

describe('a point on a curve with two feet', () => {
  test('tells rise, run and slope in numbers', async () => {
    const view = await show(SlopeFigure, { spec: square })
    expect(view.get('p.secant').text()).toContain('rise ÷ run = 8 ÷ 2 = 4') // 9 − 1
    expect(view.get('p.tangent').text()).toContain('at x = 2: slope 4')
    expect(view.get('.place svg').text()).toContain('rise 8')
    expect(view.get('.place svg').text()).toContain('run 2')
  })

  // Cause: the vertical axis was named y in every picture.
  test('names both axes as its graph does', async () => {
    const view = await show(SlopeFigure, { spec: { ...square, graph: { expression: 'L = square(w)', inputs: { w: 2 } }, input: 'w' } })
    expect(view.findAll('.place svg .axes .name').map(name => name.text())).toEqual(['w', 'L'])
    expect(spoken(view, 'Point on the curve')).toBe('w = 2, L = 4, slope of the tangent 4')
  })

  // Cause: in the middle of its bar, the curve ran through it.
  test('has the run beside the rise where there is no room for it below the bar', async () => {
    const view = await show(SlopeFigure, { spec: figureOf('gradient-check', 'secants') })
    const [run, rise] = ['.run-text', '.rise-text'].map(text => view.get(text))
    expect([run!.attributes('text-anchor'), Number(run!.attributes('x')) < Number(rise!.attributes('x'))]).toEqual(['end', true])
    const [, from, to] = /^M(\S+) \S+H(\S+)$/.exec(view.get('path.run').attributes('d')!)!.map(Number)
    expect(Number(run!.attributes('x'))).toBeGreaterThan(to! - 0.1 * (to! - from!))
  })

  test('is dragged along the axis, and both slopes follow', async () => {
    const view = await show(SlopeFigure, { spec: square })
    const point = handle(view, 'Point on the curve')
    await point.trigger('pointerdown', { button: 0, clientX: 300, pointerId: 1 })
    await point.trigger('pointermove', { clientX: 300 - 2 * axisPx / 8, pointerId: 1 }) // two units of eight to the left
    await point.trigger('pointerup', { pointerId: 1 })
    expect(spoken(view, 'Point on the curve')).toBe('x = 0, y = 0, slope of the tangent 0')
    expect(view.get('p.secant').text()).toContain('0 ÷ 2 = 0')
    await point.trigger('pointermove', { clientX: 0, pointerId: 1 }) // released
    expect(spoken(view, 'Point on the curve')).toContain('x = 0,')
  })

  test.each([['Right foot, x + h', -1], ['Left foot, x − h', 1]] as const)('%s is dragged towards it: both feet come closer', async (name, way) => {
    const view = await show(SlopeFigure, { spec: square })
    const foot = handle(view, name)
    await foot.trigger('pointerdown', { button: 0, clientX: 400, pointerId: 1 })
    await foot.trigger('pointermove', { clientX: 400 + way * 0.9 * axisPx / 8, pointerId: 1 })
    expect(view.get('p.secant').text()).toContain('0.8 ÷ 0.2 = 4') // 2.1² − 1.9²
    expect(spoken(view, 'Right foot, x + h')).toBe('h = 0.1; x = 2.1, y = 4.41; slope of the secant 4')
  })

  test('moves by the arrow keys, ten steps with Shift, and its feet stay in the picture', async () => {
    const view = await show(SlopeFigure, { spec: square })
    const point = handle(view, 'Point on the curve')
    await point.trigger('keydown', { key: 'ArrowRight' })
    expect(spoken(view, 'Point on the curve')).toContain('x = 2.1, y = 4.41')
    await point.trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(spoken(view, 'Point on the curve')).toContain('x = 1.1,')
    await point.trigger('keydown', { key: 'End' })
    expect(spoken(view, 'Point on the curve')).toContain('x = 3,') // its right foot at 4
    await handle(view, 'Right foot, x + h').trigger('keydown', { key: 'ArrowLeft' })
    expect(spoken(view, 'Left foot, x − h')).toContain('h = 0.9; x = 2.1')
    await handle(view, 'Left foot, x − h').trigger('keydown', { key: 'ArrowLeft' })
    expect(spoken(view, 'Left foot, x − h')).toContain('h = 1; x = 2,')
  })

  test('keeps the keys that it uses from the commands of the room', async () => {
    const view = await show(SlopeFigure, { spec: square })
    const event = new KeyboardEvent('keydown', { key: 'ArrowRight', cancelable: true, bubbles: true })
    handle(view, 'Point on the curve').element.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(true)
  })
})

describe('ReLU’s kink', () => {
  const kink = figureOf('relu', 'kink')
  const atZero = async () => {
    const view = await show(SlopeFigure, { spec: kink })
    for (let i = 0; i < 2; i++) await view.get('.handle.point').trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    return view
  }

  test('has no tangent: a slope on each side, and the one that the lab takes', async () => {
    const view = await atZero()
    expect(view.get('p.tangent').text()).toContain('undefined: left 0, right 1; the lab takes 0 (off)')
    expect(view.findAll('path.tangent')).toHaveLength(2)
    expect(view.get('p.secant').text()).toContain('0.5 ÷ 1 = 0.5')
  })

  test.each([['ko', '정해지지 않음: 왼쪽 0, 오른쪽 1. 여기서는 0으로 둡니다(꺼짐).'], ['ja', '定まらない：左は 0、右は 1。ここでは 0 とします（オフ）。']] as const)('in %s', async (locale, text) => {
    fakeMain({ 'settings:read': () => ({ ...settings, locale }) })
    const view = await atZero()
    expect(view.get('p.tangent').text()).toContain(text)
    setLocale('en')
  })

  test('between the feet makes the secant a mean, and that is said', async () => {
    const view = await show(SlopeFigure, { spec: kink })
    expect(view.text()).not.toContain('The kink lies between the feet')
    const point = handle(view, 'Point on the curve')
    for (let i = 0; i < 15; i++) await point.trigger('keydown', { key: 'ArrowLeft' })
    expect(view.text()).toContain('The kink lies between the feet')
    expect(view.findAll('path.tangent')).toHaveLength(1)
  })
})

test('the sigmoid has its slope beneath, at most a quarter', async () => {
  const view = await show(SlopeFigure, { spec: figureOf('sigmoid', 'flat') })
  expect(view.get('.place svg').text()).toContain('Its slope, y(1 − y)')
  expect(view.get('.place svg').text()).toContain('largest: ¼')
  const point = handle(view, 'Point on the curve')
  for (let i = 0; i < 15; i++) await point.trigger('keydown', { key: 'ArrowLeft' })
  expect(view.get('p.tangent').text()).toContain('at x = 0: slope 0.25 = y(1 − y) = 0.5 × 0.5')
})

describe('h on its way to 0', () => {
  const secants = figureOf('gradient-check', 'secants')

  test('turns the secant into the tangent until rounding is in the way', async () => {
    const view = await show(SlopeFigure, { spec: secants })
    expect(view.get('p.secant').text()).toContain('26 ÷ 2 = 13') // 3³ − 1³
    expect(view.get('p.tangent').text()).toContain('12')
    expect(view.get('p.error').text()).toContain('1 The curve still bends')
    await view.get('input[type=range]').setValue(-2)
    expect(view.get('p.secant').text()).toContain('= 12.0001')
    await view.get('input[type=range]').setValue(-12)
    expect(view.get('p.error').text()).toContain('drowns in rounding')
  })

  test('is also set by the feet: a step of the slider for each key', async () => {
    const view = await show(SlopeFigure, { spec: secants })
    await handle(view, 'Right foot, x + h').trigger('keydown', { key: 'ArrowLeft', shiftKey: true })
    expect(view.get('.h b').text()).toBe('0.1')
    await handle(view, 'Left foot, x − h').trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('.h b').text()).toBe('0.0316')
  })
})

describe('a weight on its way down', () => {
  const press = async (key: string) => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    await flushPromises()
  }
  const start = async () => {
    useRoom()
    useCommandTable()
    return show(SlopeFigure, { spec: figureOf('learning-algorithm', 'descent') })
  }
  const choose = async (view: VueWrapper, rate: string) => view.findAll('.segmented input').find(input => input.attributes('value') === rate)!.setValue()

  test('takes one update for each press of →, and takes it back with ←', async () => {
    const view = await start()
    expect(view.get('.here').text()).toContain('w = 1.5, L = 8')
    await press('ArrowRight')
    expect(view.get('.update').text()).toBe('w ← 1.5 − 0.1 × 8 = 0.7')
    expect(view.findAll('circle.place')).toHaveLength(1)
    await press('ArrowLeft')
    expect(view.get('.here').text()).toContain('Updates: 0')
    expect(view.get('button.primary').text()).toBe('Update')
  })

  test('with η = 0.25 lands in the minimum at once', async () => {
    const view = await start()
    await choose(view, '0.25')
    await press('ArrowRight')
    expect(view.get('.here').text()).toContain('w = −0.5, L = 0')
    expect(view.find('.manner').exists()).toBe(false) // seen first, told afterwards
    await press('ArrowRight')
    expect(view.get('.manner').text()).toContain('With η = 0.25 the first update lands in the minimum')
  })

  test.each([['0.1', '0.6 of the distance'], ['0.4', '0.6 times as far away as before. It swings'], ['0.6', '1.4 times as far away, so the loss grows. Here η must stay below 0.5']])('with η = %s: %s', async (rate, text) => {
    const view = await start()
    await choose(view, rate)
    await press('ArrowRight')
    await press('ArrowRight')
    expect(view.get('.manner').text()).toContain(text)
  })

  test('that flies off stays in the picture: the axis grows with it', async () => {
    const view = await start()
    await choose(view, '0.6')
    for (let i = 0; i < 3; i++) await press('ArrowRight') // 2 · 1.4³ = 5.5 from the minimum, on an axis of 3 to both sides
    expect(view.get('.manner').text()).toContain('The axis is now 2 times as wide')
    const places = view.findAll('circle.place').map(place => Number(place.attributes('cx')))
    expect(Math.min(...places)).toBeGreaterThan(0)
    expect(Math.max(...places)).toBeLessThan(720)
  })

  test('starts anew where it is dragged', async () => {
    const view = await start()
    await press('ArrowRight')
    await handle(view, 'Weight w').trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('.here').text()).toContain('Updates: 0')
    expect(view.get('.here').text()).toContain('w = 0.75')
  })
})
