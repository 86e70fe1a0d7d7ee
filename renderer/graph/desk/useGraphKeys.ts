import { onScopeDispose, type Ref } from 'vue'
import { graphLimits } from '@contract'
import { keyOf, unlessComposing } from '../../lib/keys'
import { isCovered, isTyping } from '../../lib/typing'
import { useGraph } from '../../stores/graph/graph'

/** Each press of + or − is a third faster or slower. */
const speedStep = 1.33

/** An element that takes the key for itself. */
function isTaken(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (key === ' ') return target.closest('button, summary, a, [role=button], [type=checkbox]') !== null
  return /^(?:Arrow|Home|End|\+|-)/.test(key) && target.closest('input, [role=slider], [role=separator], [role=tab], [role=menu]') !== null
}

/**
 * The keyboard of the Learn room.
 * @param shown nothing is done while nobody looks
 * @returns the handler, for keys that would not reach the document
 */
export function useGraphKeys({ shown, toExpression }: { shown: Readonly<Ref<boolean>>, toExpression: () => void }): (event: KeyboardEvent) => void {
  const graph = useGraph()
  const faster = (factor: number) => {
    const [fastest, slowest] = graphLimits.stepMs
    graph.setMsPerStep(Math.round(Math.min(slowest, Math.max(fastest, graph.msPerStep / factor))))
  }
  const keys: Readonly<Record<string, () => void>> = {
    'ArrowRight': graph.next, 'ArrowLeft': graph.back, 'f': graph.stepForward, 'b': graph.stepBackward, 'End': graph.toEnd, 'Home': graph.restart,
    ' ': graph.togglePlay, '+': () => faster(speedStep), '=': () => faster(speedStep), '-': () => faster(1 / speedStep), '/': toExpression,
  }
  const held = new Set(['ArrowRight', 'ArrowLeft', 'f', 'b', '+', '=', '-'])

  function commandOf(event: KeyboardEvent) {
    const { ctrlKey, metaKey, altKey, shiftKey, repeat, target } = event
    if (altKey || isTyping(target)) return undefined
    const name = keyOf(event)
    if (ctrlKey || metaKey) return name === 'z' ? (shiftKey ? graph.redo : graph.undo) : name === 'y' && !shiftKey ? graph.redo : undefined
    return isTaken(name, target) || (repeat && !held.has(name)) ? undefined : keys[name]
  }
  const onKey = unlessComposing((event) => {
    if (!shown.value || event.defaultPrevented || isCovered()) return
    const command = commandOf(event)
    if (!command) return
    event.preventDefault()
    command()
  })
  document.addEventListener('keydown', onKey)
  onScopeDispose(() => document.removeEventListener('keydown', onKey))
  return onKey
}
