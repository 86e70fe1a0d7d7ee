import type { Block, ProbeFrame } from '@contract'
import { layerDefinition, layerKinds } from '@core'
import { computed, type ComputedRef } from 'vue'
import { useMoment } from '../../stores/moment'
import { useWanted } from '../wanted'
import { silentUnits } from './unit-mask'

/**
 * The activation whose units are those of a block: the next one that fires, before the units change.
 * @returns its name; null when there is none
 */
export function firingAfter(blocks: readonly Block[], name: string): string | null {
  const from = blocks.findIndex(block => block.name === name) + 1
  for (const { kind, name } of from > 0 ? blocks.slice(from) : []) {
    const definition = layerKinds.has(kind) ? layerDefinition(kind) : null
    if (definition?.units) return 'fires' in definition.units ? name : null
    if (!definition || definition.settings.some(({ outputs }) => outputs)) return null
  }
  return null
}

/** Units of a block that its ReLU sets to 0 for every image of the latest mini-batch. */
export function useDeadUnits(block: () => Block, frame: () => ProbeFrame | null): ComputedRef<readonly number[]> {
  const moment = useMoment()
  const firing = computed(() => firingAfter(moment.state?.blocks ?? [], block().name))
  useWanted(() => firing.value === null ? null : { units: firing.value })
  return computed(() => {
    const units = frame()?.units
    return units?.fired && units.layer === firing.value ? silentUnits(units.fired) : []
  })
}
