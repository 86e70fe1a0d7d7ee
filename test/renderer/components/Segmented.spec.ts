import { mount } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import Segmented from '../../../renderer/components/Segmented.vue'

const options = [{ value: 1, label: '1' }, { value: 10, label: '10' }, { value: 'full', label: 'Full' }]
const show = (props = {}) => mount(Segmented, { props: { options, legend: 'Pace', modelValue: 10, ...props } })

describe('a segmented control', () => {
  test('is a named radio group with one selected option', () => {
    const view = show()
    expect(view.get('[role=radiogroup]').attributes('aria-label')).toBe('Pace')
    expect(view.findAll('input').map(input => (input.element as HTMLInputElement).checked)).toEqual([false, true, false])
  })

  test('emits the value itself, not its text', async () => {
    const view = show()
    await view.findAll('input')[2]!.setValue()
    await view.findAll('input')[0]!.setValue()
    expect(view.emitted('update:modelValue')).toEqual([['full'], [1]])
  })

  test('groups with the same options are independent', () => {
    const names = [show(), show()].map(view => view.get('input').attributes('name'))
    const view = mount({ components: { Segmented }, data: () => ({ options }), template: '<div><Segmented :options="options" legend="a" :model-value="1" /><Segmented :options="options" legend="b" :model-value="1" /></div>' })
    expect(names).toHaveLength(2)
    expect(new Set(view.findAll('input').map(input => input.attributes('name'))).size).toBe(2)
  })

  test('can be disabled as a whole', () => {
    expect(show({ disabled: true }).get('fieldset').attributes('disabled')).toBeDefined()
  })
})
