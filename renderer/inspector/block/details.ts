import type { Block, ProbeFrame } from '@contract'
import { blockDefinition, type TensorStats } from '@core'
import { computed, type ComputedRef } from 'vue'
import { useWanted } from '../wanted'

/**
 * Statistics of a tensor that is measured only for the block that is looked at; null where the block has none.
 * @param part 'dx'
 */
export function useDetail(block: () => Block, frame: () => ProbeFrame | null, part: string): ComputedRef<TensorStats | null> {
  useWanted(() => blockDefinition(block().kind).details?.includes(part) ? { details: block().name } : null)
  return computed(() => frame()?.details.find(({ path }) => path === `${block().name}.${part}`) ?? null)
}
