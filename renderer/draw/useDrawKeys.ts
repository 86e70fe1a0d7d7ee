import { onScopeDispose, type Ref, watch } from 'vue'
import { useSketch } from '../stores/sketch/sketch'
import { keyOf, unlessComposing } from '../lib/keys'
import { useShown } from '../lib/useShown'

const isField = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('input, select, textarea')

/**
 * Keys for the paper: Ctrl+Z takes back, Delete clears, the arrows go through the test images.
 * @param root where the keys count; without it, everywhere while this view is shown
 */
export function useDrawKeys(root: Readonly<Ref<HTMLElement | null>>, everywhere: boolean): void {
  const sketch = useSketch()
  const shown = useShown()
  const keys: Readonly<Record<string, () => unknown>> = {
    Delete: sketch.clear, Backspace: sketch.clear, Escape: sketch.clear,
    ArrowRight: () => sketch.take('next'), ArrowLeft: () => sketch.take('previous'),
  }
  function commandOf(event: KeyboardEvent) {
    const { ctrlKey, metaKey, altKey, shiftKey, target } = event
    const key = keyOf(event)
    if (altKey) return undefined
    if (ctrlKey || metaKey) return key === 'z' && !shiftKey ? sketch.undo : undefined
    // a radio takes the arrows for itself
    return isField(target) && key.startsWith('Arrow') ? undefined : keys[key]
  }
  const onKey = unlessComposing((event) => {
    if (!shown.value || event.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return
    const command = commandOf(event)
    if (!command) return
    event.preventDefault()
    void command()
  })
  if (everywhere) {
    document.addEventListener('keydown', onKey)
    onScopeDispose(() => document.removeEventListener('keydown', onKey))
  }
  else watch(root, (now, before) => {
    before?.removeEventListener('keydown', onKey)
    now?.addEventListener('keydown', onKey)
  })
}
