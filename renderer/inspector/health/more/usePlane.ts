import type { PlaneFrame } from '@contract'
import { type LabError, ownError, type ParameterCell } from '@core'
import { computed, ref, shallowRef, watch } from 'vue'
import { request } from '../../../lib/bridge'
import { useSampled } from '../../../lib/useSampled'
import { useMoment } from '../../../stores/moment'
import { leaves, rangesAround } from './plane-picture'
import { usePath } from './usePath'

export type Cells = readonly [x: ParameterCell, y: ParameterCell]
/** Places along each side, and in a trial, which finds the present values and says what a place costs */
const [side, trialSide] = [31, 7]

const cellOf = ({ path, row, column }: ParameterCell): ParameterCell => ({ path, row, column })

/** The loss over two weights, measured once for each wish, around the path that training took. */
export function usePlane() {
  const moment = useMoment()
  const path = usePath()
  /** null: the two that the latest update changed most */
  const chosen = shallowRef<Cells | null>(null)
  const isOn = ref(false)
  const isMeasuring = ref(false)
  const measured = shallowRef<PlaneFrame | null>(null)
  const failed = shallowRef<LabError | null>(null)
  let wish = 0

  const ask = (size: number, cells: Cells | null, ranges?: ReturnType<typeof rangesAround>) => request('measure:plane', { size, ...cells && { cells }, ...ranges && { ranges } })
  /** A trial for each run and each two weights; where there is nothing to measure yet, again at another step */
  const trialKey = () => `${moment.state?.runId}:${JSON.stringify(chosen.value)}`
  const { value: trial, refused: unpriced } = useSampled<{ readonly key: string, readonly frame: PlaneFrame }>(
    latest => !moment.state || isOn.value ? null : latest?.key === trialKey() ? latest.key : `${trialKey()}:${moment.step}`,
    async (latest) => {
      const key = trialKey()
      return latest?.key === key ? latest : { key, frame: await ask(trialSide, chosen.value) }
    }, () => 1000)
  const ms = ref<number | null>(null)
  watch(trial, (now) => { if (now) ms.value = now.frame.price.ms * (side / trialSide) ** 2 })
  watch(measured, (now) => { if (now) ms.value = now.price.ms })

  const frame = computed(() => measured.value && moment.isOfRun(measured.value.runId) ? measured.value : null)
  const cells = computed((): Cells | null => {
    if (chosen.value) return chosen.value
    const known = frame.value ?? trial.value?.frame
    return known ? [cellOf(known.x), cellOf(known.y)] : null
  })
  const refused = computed(() => isOn.value ? failed.value : trial.value ? null : unpriced.value)

  /** Measures a plane around the path as far as it is known. */
  async function measure(wanted: Cells | null): Promise<void> {
    const mine = ++wish
    isMeasuring.value = true
    failed.value = null
    try {
      const { x, y } = await ask(trialSide, wanted)
      if (mine !== wish) return
      const found: Cells = [cellOf(x), cellOf(y)]
      const now = await ask(side, found, rangesAround(path.points.value, [x.value, y.value]))
      if (mine === wish) measured.value = now
    }
    catch (cause) { if (mine === wish) failed.value = ownError(cause) }
    finally { if (mine === wish) isMeasuring.value = false }
  }
  /** Measures anew, and follows the path of these weights. */
  async function begin(): Promise<void> {
    measured.value = null
    await measure(chosen.value ?? cells.value)
    if (isOn.value && frame.value) void path.follow([cellOf(frame.value.x), cellOf(frame.value.y)])
  }
  function end() {
    wish++
    isMeasuring.value = false
    measured.value = null
    path.end()
  }
  watch(isOn, (on) => { if (on) void begin(); else end() })
  watch(chosen, () => { if (isOn.value) void begin() })
  watch(() => moment.state?.runId, () => {
    chosen.value = null
    isOn.value = false
  })
  // A path that is known, and leaves what was measured around its beginning.
  watch(path.done, (done) => { if (done === 1 && frame.value && leaves(path.points.value, frame.value)) void measure([cellOf(frame.value.x), cellOf(frame.value.y)]) })

  return { isOn, isMeasuring, frame, chosen, cells, ms, refused, path, begin }
}
