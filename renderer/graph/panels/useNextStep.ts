import type { Trace } from '@core'
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useGraph } from '../../stores/graph/graph'
import { nameIn } from '../document/node-name'

/** Describes the next step, or what can be done at the end. */
export function useNextStep(): ComputedRef<string> {
  const { t } = useI18n()
  const graph = useGraph()
  return computed(() => {
    const { upcoming, trace } = graph
    if (trace.problem && graph.atEnd) return t('graph.step.next.problem')
    if (graph.hidden.has('steps')) return t('graph.step.next.hiddenSteps')
    if (!upcoming && graph.updateHidden) return t('graph.step.next.hiddenRound')
    if (!upcoming && graph.hidden.size) return t('graph.step.next.hidden')
    if (!upcoming && hasDashes(trace) && trace.updated.size === 0) return t('graph.step.next.missing')
    if (!upcoming) return t(trace.updated.size ? 'graph.step.next.round' : 'graph.step.next.done')
    return t(`graph.step.next.${upcoming.phase}`, { name: nameIn(trace.graph, upcoming.node) })
  })
}

/** Whether a gradient is shown as a dash: it cannot be sent, or overflows in a part of an opened group. */
const hasDashes = ({ backward: { contributions } }: Trace): boolean =>
  [...contributions.values()].some(parts => parts.some(({ value }) => value.data.some(Number.isNaN)))
