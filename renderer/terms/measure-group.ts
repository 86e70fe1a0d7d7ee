import { computed, type ComputedRef, inject, type InjectionKey, onBeforeUnmount, provide, shallowReactive, shallowRef, useId } from 'vue'

/** The buttons of a group of measures, in the order in which they were mounted. */
interface MeasureGroup {
  readonly join: (id: string) => void
  readonly leave: (id: string) => void
  /** The button that the Tab key reaches */
  readonly stop: ComputedRef<string | undefined>
  readonly focused: (id: string) => void
  /** Whether the names are words without cards */
  readonly isPlain: () => boolean
}
const key: InjectionKey<MeasureGroup> = Symbol('measures')

/**
 * Makes the measures inside of a component one stop of the Tab key: arrow keys move from one to the next.
 * @param isPlain whether their names are words without cards
 */
export function provideMeasureGroup(isPlain: () => boolean): void {
  const ids = shallowReactive<string[]>([])
  const current = shallowRef('')
  provide(key, {
    join: (id) => { ids.push(id) },
    leave: (id) => { ids.splice(ids.indexOf(id), 1) },
    stop: computed(() => ids.includes(current.value) ? current.value : ids[0]),
    focused: (id) => { current.value = id },
    isPlain,
  })
}

/** The place of a measure's button in the order of the Tab key. */
export function useMeasureGroup() {
  const id = useId()
  const group = inject(key, null)
  group?.join(id)
  onBeforeUnmount(() => group?.leave(id))
  return {
    tabIndex: computed(() => !group || group.stop.value === id ? 0 : -1),
    focused: () => { group?.focused(id) },
    isPlain: computed(() => group?.isPlain() ?? false),
  }
}
