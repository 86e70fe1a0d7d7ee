import type { ForkRequest, VisitProgress } from '@contract'
import type { LabError } from '@core'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { listen } from '../lib/bridge'
import { useNotices } from '../stores/notices'
import { usePast } from '../stores/past'
import { useRoom } from '../stores/room'
import { useRun } from '../stores/run'

/** Makes a fork, says how far it has come, and ends it when it is no longer wanted. */
export function useFork() {
  const run = useRun()
  const past = usePast()
  const room = useRoom()
  const notices = useNotices()
  const busy = ref(false)
  const progress = shallowRef<VisitProgress | null>(null)
  onScopeDispose(listen('past:progress', (next) => { if (busy.value) progress.value = next }))

  /** @param isShown shows an error at its field, and returns whether it did @returns whether the fork is in Train */
  async function go(wanted: ForkRequest, isShown: (error: LabError) => boolean): Promise<boolean> {
    busy.value = true
    try {
      if (!await run.fork(wanted, error => error.code === 'past.left' || isShown(error))) return false
      room.go('train')
      notices.done('fork.done', { step: wanted.step })
      return true
    }
    finally {
      busy.value = false
      progress.value = null
    }
  }
  /** What is shown of the past stays. */
  const cancel = () => { past.cancel() }

  return { busy, progress, go, cancel }
}
