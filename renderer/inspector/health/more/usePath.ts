import { type PathPoints, toWire } from '@contract'
import { ownError, type ParameterCell } from '@core'
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { listen, request } from '../../../lib/bridge'
import { merged } from '../../../lib/merged'
import { useNotices } from '../../../stores/notices'
import { useRun } from '../../../stores/run'

/** Where two numbers were at one step. */
export interface PathPoint { readonly step: number, readonly x: number, readonly y: number }

/** A run that is not on the disk has no past, and a newer wish ends an older one. */
const quiet: readonly string[] = ['past.none', 'past.stopped']

/** Where two numbers were over the run's past; the thread of the past fills it in, coarse first. */
export function usePath() {
  const run = useRun()
  const notices = useNotices()
  /** In ascending order of steps */
  const points = shallowRef<readonly PathPoint[]>([])
  /** Share that is known, 0 to 1 */
  const done = ref(1)
  /** The newest path that main has told of, and the newest one of an earlier wish */
  let [newest, outdated] = [-1, Infinity]

  const stop = listen('past:path', ({ id, steps, x, y, done: share }: PathPoints) => {
    if (id <= outdated) return
    if (id > newest) points.value = []
    newest = Math.max(newest, id)
    if (id < newest) return
    points.value = merged(points.value, Array.from(steps, (step, i): PathPoint => ({ step, x: x[i]!, y: y[i]! })), ({ step }) => step)
    done.value = share
  })

  /** Asks for the whole past anew. */
  async function follow(cells: readonly [ParameterCell, ParameterCell]): Promise<void> {
    points.value = []
    outdated = newest
    done.value = 0
    try { await request('past:path', { cells }) }
    catch (cause) {
      const error = ownError(cause)
      if (error.code !== 'past.stopped') done.value = 1
      if (!quiet.includes(error.code)) notices.error(toWire(error))
    }
  }
  function end() {
    outdated = Infinity
    points.value = []
    if (done.value < 1) void notices.attempt(() => request('past:endPath'))
    done.value = 1
  }
  watch(() => run.state?.runId, end)
  onScopeDispose(() => {
    end()
    stop()
  })
  return { points, done, follow, end }
}
