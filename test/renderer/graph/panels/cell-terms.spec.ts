import type { Factor, Term } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import CellTerms from '../../../../renderer/graph/panels/CellTerms.vue'
import { fakeMain, show } from '../../lab'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const factor = (node: string, value: number): Factor => ({ of: 'value', node, cell: 0, value }) as Factor
const term = (value: number): Term => ({ factors: [factor('x', value), factor('w', 1)], value, sign: 1 })
async function table(values: readonly number[], of: 'value' | 'gradient' = 'value') {
  const view = await show(CellTerms, { terms: values.map(term), value: values.reduce((sum, value) => sum + value, 0), of })
  const items = view.findAll('li')
  return {
    view,
    /** What each line shows at its right: a sign and a number */
    outputs: items.map(item => item.get('output').text().replace('−', '-').replace(/^([+-]) /, '$1')),
    bars: items.map(item => item.find('.bar i').exists() ? (item.get('.bar i').element as HTMLElement).style.width : null),
    rest: view.find('.rest'),
  }
}
const numbers = (outputs: readonly string[]) => outputs.map(text => Number(text.replace('= ', '')))

describe('the products that make a cell', () => {
  test('are in order with their signs, and their sum below', async () => {
    const { outputs, view, rest } = await table([2, -3, 0])
    expect(outputs.map(text => text[0])).toEqual(['+', '-', '+', '='])
    expect(numbers(outputs)).toEqual([2, -3, 0, -1])
    expect([rest.exists(), view.findAll('.factors i').length]).toEqual([false, 3]) // one × in each product
    expect(view.get('.sum').text()).toContain('3')
  })

  test('have bars as long as their share of the largest; negative ones look different', async () => {
    const { bars, view } = await table([2, -4, 0, 1])
    expect(bars).toEqual(['50%', '100%', '0%', '25%', null])
    expect(view.findAll('.bar i').map(bar => bar.classes().includes('negative'))).toEqual([false, true, false, false])
  })

  test('are all listed when all are zero, and no bar is drawn for non-finite ones', async () => {
    expect((await table([0, 0])).bars).toEqual(['0%', '0%', null])
    expect((await table([Infinity, 5])).bars).toEqual(['0%', '100%', null])
  })

  test('keep their order up to fourteen', async () => {
    const { outputs, rest } = await table(Array.from({ length: 14 }, (_, i) => i + 1))
    expect([numbers(outputs), rest.exists()]).toEqual([[...Array.from({ length: 14 }, (_, i) => i + 1), 105], false])
  })

  test('beyond that are reduced to the fourteen largest, whatever their sign, and one sum of the others', async () => {
    const values = Array.from({ length: 20 }, (_, i) => (i % 2 ? -1 : 1) * (i < 4 ? 0 : i))
    const { outputs, rest } = await table(values)
    expect(numbers(outputs)).toEqual([...Array.from({ length: 14 }, (_, i) => (i % 2 ? 1 : -1) * (19 - i)), 4 - 5, values.reduce((sum, value) => sum + value, 0)])
    expect(rest.text()).toMatch(/6.*4.*20/) // six others; four of all twenty are zero
    const none = await table(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(none.rest.text()).not.toContain('20')
  })

  test('of a gradient are marked as such', async () => {
    expect((await table([1], 'gradient')).view.get('.terms').classes()).toContain('gradient')
  })
})
