import type { ProbeQuery } from '@contract'
import { inject, type InjectionKey, onBeforeUnmount, provide, shallowReactive, watch } from 'vue'

type Collect = (asker: symbol, query: ProbeQuery | null) => void
const key: InjectionKey<Collect> = Symbol('wanted')

const joined = (queries: readonly ProbeQuery[]): ProbeQuery => {
  const tensors = queries.flatMap(query => query.tensors ?? [])
  return { ...Object.assign({}, ...queries) as ProbeQuery, ...tensors.length > 0 && { tensors } }
}

/**
 * Collects what the components below ask about the run into one query, so that all they show is of the same step.
 * @param ask receives the query whenever it changes
 */
export function collectWanted(ask: (query: ProbeQuery) => void): void {
  const asked = shallowReactive(new Map<symbol, ProbeQuery>())
  provide(key, (asker, query) => { if (query) asked.set(asker, query); else asked.delete(asker) })
  watch(() => joined([...asked.values()]), (now, before) => { if (JSON.stringify(now) !== JSON.stringify(before)) ask(now) })
}

/** Asks about the run, as long as the component is there: the answer is the frame that the inspector is given. */
export function useWanted(query: () => ProbeQuery | null): void {
  const collect = inject(key, null)
  const asker = Symbol('asker')
  watch(() => JSON.stringify(query()), () => collect?.(asker, query()), { immediate: true })
  onBeforeUnmount(() => collect?.(asker, null))
}
