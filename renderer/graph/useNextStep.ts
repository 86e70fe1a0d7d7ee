import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useGraph } from '../stores/graph'
import { nameIn } from './names'

/** What the next press does, or what to do at the end. */
export function useNextStep(): ComputedRef<string> {
  const { t } = useI18n()
  const graph = useGraph()
  return computed(() => {
    const { upcoming, trace } = graph
    if (trace.problem && graph.atEnd) return t('graph.step.next.problem')
    if (!upcoming && graph.hidden.size) return t('graph.step.next.covered')
    if (!upcoming && trace.graph.inputs.some(name => trace.backward.missing.has(name)) && trace.updated.size === 0) return t('graph.step.next.missing')
    if (!upcoming) return t(trace.updated.size ? 'graph.step.next.round' : 'graph.step.next.done')
    return t(`graph.step.next.${upcoming.phase}`, { name: nameIn(trace.graph, upcoming.node) })
  })
}
