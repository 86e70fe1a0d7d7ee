import type { Neighbours } from '@contract'
import { type DatasetInfo, type LabError, ownError } from '@core'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { request } from '../../lib/bridge'
import { latestWins } from '../../lib/latest-wins'

/** A drawing that is compared with training images. */
export interface Compared {
  readonly dataset: Pick<DatasetInfo, 'id'>
  /** One image of the dataset, 0 to 1 */
  readonly pixels: Float32Array
  /** Classes whose mean images are wanted, at most two */
  readonly means: readonly number[]
}

/** Nearest images that are shown */
const shownNearest = 5

/** What the latest drawing is near to among the training images; compared in the thread of the past. */
export const useNeighbours = defineStore('neighbours', () => {
  /** Of the latest comparison; the drawing may have changed since */
  const found = shallowRef<Neighbours & { readonly of: Compared } | null>(null)
  const problem = shallowRef<LabError | null>(null)
  let latest: Compared | null = null

  const ask = latestWins(
    ({ dataset, pixels, means }: Compared) => request('draw:neighbours', { dataset: dataset.id, pixels, nearest: shownNearest, means: [...means] }),
    (answer, of) => {
      if (!latest) return // the paper has been cleared
      found.value = { ...answer, of }
      problem.value = null
    },
    (cause) => {
      found.value = null
      problem.value = ownError(cause)
    },
  )
  /** Compares a drawing, unless that has been done; a newer one ends what waits. */
  function compare(wanted: Compared) {
    if (latest && latest.pixels === wanted.pixels && latest.dataset.id === wanted.dataset.id && wanted.means.every(label => latest?.means.includes(label))) return
    latest = wanted
    ask(wanted)
  }
  /** Forgets what was found: the next drawing is another one. */
  function forget() {
    latest = null
    found.value = problem.value = null
  }
  return { found, problem, compare, forget }
})
