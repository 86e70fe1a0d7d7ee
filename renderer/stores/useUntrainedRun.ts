import type { LeftRun, RunState } from '@contract'
import type { RunConfig } from '@core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { isDefault } from './default-run'
import { useRun } from './run'

/** How the learner's own run comes back: from the disk, or from its settings when it had learned nothing. */
type OwnRun = { readonly run: LeftRun } | { readonly config: RunConfig }

const isUntrained = ({ step, phase, origin, config }: RunState): boolean =>
  step === 0 && phase !== 'running' && origin.from === 'seed' && isDefault(config)

/**
 * The default network before its first step, as the current run while the scope lives. Any other run is set aside for it, and
 * becomes the current one again at the end; then nothing is kept of what was learned in its place.
 */
export function useUntrainedRun() {
  const run = useRun()
  const own = shallowRef<OwnRun | null>(null)
  const prepared = ref(false)
  const ready = computed(() => prepared.value && run.ready)
  /** Step of the learner's own run, null when it had learned nothing */
  const setAsideAt = computed(() => own.value && 'run' in own.value ? own.value.run.step : null)
  let started = false
  let ended = false

  async function prepare(before: RunState) {
    if (!isUntrained(before)) {
      let replaced = false
      const left = await run.setAside(async () => replaced = await run.demonstrate())
      if (!replaced) return
      own.value = left ? { run: left } : { config: before.config }
    }
    prepared.value = true
    if (ended) await giveBack()
  }
  async function giveBack() {
    if (run.running) await run.pause()
    if (own.value) await ('run' in own.value ? run.resume(own.value.run.id) : run.configure(own.value.config))
  }

  watch(() => run.ready, (there) => {
    if (!there || started || !run.state) return
    started = true
    void prepare(run.state)
  }, { immediate: true })
  onScopeDispose(() => {
    ended = true
    if (prepared.value) void giveBack()
  })
  return { ready, setAsideAt }
}
