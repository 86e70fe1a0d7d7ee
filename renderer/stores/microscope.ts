import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useChosenBlock } from './chosen-block'
import { useNotices } from './notices'
import { useSettings } from './settings'

/** An element of a trained tensor; one of a vector is in row 0. */
export interface WeightPlace {
  /** 'affine1.W' */
  readonly path: string
  readonly row: number
  readonly column: number
}

/** The gradient microscope: one weight, its gradient by backpropagation and its numeric slopes. */
export const useMicroscope = defineStore('microscope', () => {
  const chosen = useChosenBlock()
  const settings = useSettings()
  const notices = useNotices()
  /** null: none was chosen yet */
  const place = shallowRef<WeightPlace | null>(null)

  /** Chooses a weight and opens the tab that shows it, which is offered at the level Everything. */
  function look(at: WeightPlace) {
    place.value = at
    chosen.openTab('check')
    if (settings.settings.level !== 'everything') void notices.attempt(() => settings.change({ level: 'everything' }))
  }
  return { place, look }
})
