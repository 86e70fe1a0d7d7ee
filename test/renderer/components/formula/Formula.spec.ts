import { describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import Formula from '../../../../renderer/components/formula/Formula.vue'
import { fakeMain, show } from '../../lab'

/** Records styles set as attributes, but not styles set as properties, which happy-dom also writes as attributes. */
function styleless(set: string[]) {
  const attributes = vi.spyOn(Element.prototype, 'setAttribute').mockImplementation(function (this: Element, name: string, value: string) {
    if (name === 'style' && /katex/.test(new Error('where').stack!.split('\n')[2] ?? '')) set.push(value) // called by KaTeX itself
    this.setAttributeNS(null, name, value)
  })
  return { attributes }
}

describe('a formula', () => {
  test('is rendered, with MathML for screen readers', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\frac{\\partial L}{\\partial x}' })
    expect(view.find('.katex-html').attributes('aria-hidden')).toBe('true')
    expect(view.find('math').exists()).toBe(true)
    await view.setProps({ latex: 'y = x' })
    await nextTick()
    expect(view.find('annotation').text()).toBe('y = x')
  })

  test('colours values and gradients, and nothing else', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\forward{y} \\backward{\\frac{\\partial L}{\\partial y}} \\htmlClass{evil}{x}' })
    expect(view.findAll('.forward')).toHaveLength(1)
    expect(view.findAll('.backward')).toHaveLength(1)
    expect(view.find('.evil').exists()).toBe(false)
  })

  // Cause: KaTeX sets style attributes for tall brackets and errors, which the content security policy blocks with a console error.
  test.each(['\\begin{cases} 1 & (x > 0) \\\\ \\tfrac{1}{2} & (x = 0) \\\\ 0 & (x < 0) \\end{cases}', '\\begin{pmatrix} 1 \\\\ 2 \\\\ 3 \\\\ 4 \\\\ 5 \\end{pmatrix}', '\\frac{1}{', '\\widehat{xyz}', '\\sqrt{\\frac{a}{b}}', '\\vec{x}'])('sets no style attribute: %s', async (latex) => {
    fakeMain()
    const set: string[] = []
    const view = await show(Formula, { latex: 'x' })
    const { attributes } = styleless(set)
    try { await view.setProps({ latex }); await nextTick() }
    finally { attributes.mockRestore() }
    expect(view.find('.katex, .katex-error').exists()).toBe(true)
    expect(set).toEqual([])
  })

  test('keeps the width of a tall bracket, as a property', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\begin{cases} 1 \\\\ 2 \\\\ 3 \\\\ 4 \\end{cases}' })
    expect(view.findAll('svg').map(svg => (svg.element as unknown as SVGElement).style.width)).toContainEqual(expect.stringMatching(/em$/))
  })

  test('keeps a power of ten on one line', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '2 \\times 3 = 4.24835 \\times 10^{-18}' })
    expect(view.findAll('.katex-base')).toHaveLength(3) // 2 × | 3 = | the covered number
  })

  test('with an error stays where it is, and the window continues', async () => {
    fakeMain()
    const view = await show(Formula, { latex: '\\frac{1}{' })
    expect(view.text()).toContain('\\frac{1}{')
  })
})
