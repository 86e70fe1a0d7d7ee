import { mount } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import MenuButton from '../../../renderer/components/MenuButton.vue'

afterEach(() => { document.body.replaceChildren() })

function menu() {
  const view = mount(MenuButton, { props: { label: 'Add', icon: { render: () => null }, text: 'Add' }, slots: { default: '<button>one</button><button disabled>two</button><button>three</button>' }, attrs: { tabindex: -1 }, attachTo: document.body })
  const list = view.get('[popover]')
  list.element.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'open' }))
  const press = async (key: string) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    document.activeElement!.dispatchEvent(event)
    return [document.activeElement!.textContent, event.defaultPrevented]
  }
  return { view, press }
}

test('an opened menu has the focus, and arrows, Home and End move it between the entries that can be chosen', async () => {
  const { press } = menu()
  expect(document.activeElement!.textContent).toBe('one')
  for (const [key, entry] of [['ArrowDown', 'three'], ['ArrowDown', 'one'], ['ArrowUp', 'three'], ['Home', 'one'], ['End', 'three']] as const) expect(await press(key), key).toEqual([entry, true])
  expect(await press('x')).toEqual(['three', false])
})

test('its attributes belong to the button', () => {
  const { view } = menu()
  expect(view.get('.trigger').attributes()).toMatchObject({ 'tabindex': '-1', 'aria-label': 'Add', 'popovertarget': view.get('[popover]').attributes('id') })
})
