import { describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import Formula from '../../../renderer/lessons/Formula.vue'
import { fakeMain, show } from '../lab'

describe('a formula', () => {
  test('is drawn, and goes along as MathML for those who listen', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\frac{\\partial L}{\\partial x}' })
    expect(view.find('.katex-html').attributes('aria-hidden')).toBe('true')
    expect(view.find('math').exists()).toBe(true)
    await view.setProps({ latex: 'y = x' })
    await nextTick()
    expect(view.find('annotation').text()).toBe('y = x')
  })

  test('colours what flows, and nothing else', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\forward{y} \\backward{\\frac{\\partial L}{\\partial y}} \\htmlClass{evil}{x}' })
    expect(view.findAll('.forward')).toHaveLength(1)
    expect(view.findAll('.backward')).toHaveLength(1)
    expect(view.find('.evil').exists()).toBe(false)
  })

  test('with a mistake stays where it is, and the window goes on', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\frac{1}{' })
    expect(view.text()).toContain('\\frac{1}{')
  })
})
