import { mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { defineComponent, h, KeepAlive, nextTick, ref, useTemplateRef } from 'vue'
import { useKeptScroll } from '../../../renderer/lib/useKeptScroll'

const List = defineComponent({
  setup() {
    useKeptScroll(useTemplateRef<HTMLElement>('list'))
    return () => h('div', { ref: 'list' })
  },
})

test('a list whose images are loaded anew is scrolled back once it is high enough again', async () => {
  const shown = ref(true)
  const view = mount(() => h(KeepAlive, () => shown.value ? h(List) : h('p')), { attachTo: document.body })
  await nextTick()
  const list = view.get('div').element
  let [top, highest] = [0, 500]
  Object.defineProperty(list, 'scrollTop', { get: () => top, set: (wanted: number) => {
    top = Math.min(wanted, highest)
    list.dispatchEvent(new Event('scroll'))
  } })
  list.scrollTop = 136

  shown.value = false
  await nextTick()
  highest = 0 // empty
  shown.value = true
  await nextTick()
  expect(top).toBe(0)
  highest = 500
  await vi.waitFor(() => { expect(top).toBe(136) })

  list.scrollTop = 20 // from then on a person's own scrolling is kept
  shown.value = false
  await nextTick()
  shown.value = true
  await nextTick()
  expect(top).toBe(20)
})
