import { LabError } from '@core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { request } from '../lib/bridge'
import { useAsking } from '../stores/asking'
import { useMoment } from '../stores/moment'
import { usePast } from '../stores/past'
import { useRun } from '../stores/run'
import { isReadHere } from '../stores/sketch/networks'
import type { Reading } from '../stores/sketch/useReading'

/** Once the drawing has rested for so long, and the run rests, the search begins by itself; it ends if it takes longer than a moment. */
const restMs = 900
const soonMs = 3_000

/** The first step of the run at which the drawing was read as a class. */
export interface FirstRead {
  readonly class: number
  /** Null: never so far */
  readonly step: number | null
}

/**
 * Finds when the run first read the drawing as a class: by itself where the run's past is soon learned again, else when it is asked.
 * @param wanted index of the class; null: nothing is asked
 */
export function useFirstRead(reading: Reading, wanted: () => number | null) {
  const past = usePast()
  const run = useRun()
  const moment = useMoment()
  const asking = useAsking()
  const found = shallowRef<FirstRead | null>(null)
  const isBusy = shallowRef(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const canAsk = computed(() => reading.pixels !== null && wanted() !== null && past.canVisit && !asking.isOpen)

  /** Searches as long as it takes. */
  async function find() {
    const { pixels } = reading
    const label = wanted()
    clearTimeout(timer)
    if (!pixels || label === null || !canAsk.value) return
    const mine = ++asked
    found.value = null
    isBusy.value = true
    try {
      const { step } = await request('past:find', { ask: 'read', image: { pixels }, class: label })
      if (mine === asked) found.value = { class: label, step }
    }
    catch (cause) { if (!(cause instanceof LabError)) throw cause } // it was stopped, or the views say what is wrong
    finally { if (mine === asked) isBusy.value = false }
  }
  /** Ends the search. */
  function end() {
    asked++
    clearTimeout(timer)
    if (isBusy.value && !asking.isOpen) void request('past:cancel').catch(() => undefined) // its thread may have ended
    isBusy.value = false
  }
  function later() {
    end()
    if (!canAsk.value || run.running || !moment.architecture || !isReadHere(moment.architecture)) return
    timer = setTimeout(() => {
      void find()
      timer = setTimeout(end, soonMs)
    }, restMs)
  }
  watch([() => reading.pixels, wanted, () => run.state?.runId], () => {
    found.value = null
    later()
  }, { immediate: true })
  watch([() => run.running, canAsk], () => { if (found.value === null || found.value.step === null) later() })
  onScopeDispose(end)
  return { found, isBusy, canAsk, find, end }
}
