import type { Block, ProbeFrame } from '@contract'
import { computed } from 'vue'
import { useWanted } from '../wanted'

/** What a layer's units do for the latest mini-batch; while it is used, the inspector asks for it. Null before the answer about this layer. */
export function useUnits(block: () => Block, frame: () => ProbeFrame | null) {
  useWanted(() => ({ units: block().name }))
  const units = computed(() => {
    const answer = frame()?.units
    return answer?.layer === block().name ? answer : null
  })
  const mask = computed(() => units.value?.mask && { data: units.value.mask, units: block().outputs })
  return { units, mask }
}
