import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, test } from 'vitest'
import { readNumber } from '../../../renderer/graph/canvas/nudge'
import ValueField from '../../../renderer/graph/canvas/ValueField.vue'
import { i18n } from '../../../renderer/i18n'

describe('a typed number', () => {
  test.each([
    ['220', 220], ['−1.5', -1.5], ['1e-3', 0.001], ['1,000', 1000], ['1 000 000.5', 1000000.5],
    // with a decimal comma, as half of the world writes; 0,500 became 500
    ['0,5', 0.5], ['-0,500', -0.5], ['1,25', 1.25],
  ])('%s is %s', (text, wanted) => { expect(readNumber(text)).toBe(wanted) })

  test.each(['', ' ', 'x', '1,2,3', '1.2.3', '--1', 'Infinity'])('%j is none', (text) => { expect(readNumber(text)).toBeNull() })

  test('that is none is said to be none, and changes nothing', async () => {
    const field = mount(ValueField, { props: { value: 2, name: 'x' }, global: { plugins: [createPinia(), i18n] } })
    const input = field.get('input')
    await input.trigger('focus')
    await input.setValue('two')
    await input.trigger('keydown', { key: 'Enter' })
    expect([field.get('[role=alert]').text(), input.attributes('aria-invalid')]).toEqual(['A number is wanted here, such as 0.5', 'true'])
    expect(field.emitted('set')).toBeUndefined()
    await input.setValue('2,5')
    await input.trigger('keydown', { key: 'Enter' })
    expect([field.find('[role=alert]').exists(), field.emitted('set')]).toEqual([false, [[2.5]]])
  })
})
