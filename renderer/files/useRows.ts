import { nextTick, type Ref } from 'vue'
import { onWidgetKeys } from '../lib/keys'

/**
 * Rows of a table as one stop of the Tab key, with arrow keys between them; keys on what a row contains are not the table's.
 * @param chosen handle of the row with that stop
 * @param open by Enter
 */
export function useRows({ root, handles, chosen, open }: { readonly root: Readonly<Ref<HTMLElement | null>>, readonly handles: () => readonly string[], readonly chosen: Ref<string | null>, readonly open: (handle: string) => void }) {
  async function focus() {
    await nextTick()
    root.value?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus()
  }
  const move = onWidgetKeys('grid', (event) => {
    if (!(event.target instanceof HTMLTableRowElement)) return
    const all = handles()
    const at = all.indexOf(chosen.value ?? '')
    const to = ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 })[event.key]
    if (event.key === 'Enter' && all[at] !== undefined) open(all[at])
    else if (to === undefined) return
    else chosen.value = all[Math.min(all.length - 1, Math.max(0, to))] ?? null
    event.preventDefault()
    if (to !== undefined) void focus()
  })
  return { focus, move }
}
