import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { type BatchTrace, loadBatch } from './load-batch'
import { useGraph } from '../graph/graph'
import { useNotices } from '../notices'
import { useRun } from '../run'
import { useSettings } from '../settings'

/** The current network on its next mini-batch, shown as a graph. */
export const useBatch = defineStore('batch', () => {
  const run = useRun()
  const graph = useGraph()
  const notices = useNotices()
  const settings = useSettings()
  const batch = shallowRef<BatchTrace | null>(null)
  const loading = ref(false)

  const ready = computed(() => settings.info?.dataset.phase === 'ready')
  /** Whether the run has trained on since, or has been replaced */
  const stale = computed(() => batch.value !== null && (batch.value.runId !== run.state?.runId || batch.value.step !== run.step))
  const canLoad = computed(() => run.canStep && ready.value && !loading.value)

  /** Loads the current weights and shows them, unless the run has left them behind meanwhile. */
  async function look() {
    if (!run.architecture || !ready.value || loading.value) return
    loading.value = true
    const { architecture } = run
    const made = await notices.attempt(() => loadBatch(architecture))
    loading.value = false
    if (!made || run.isPast(made)) return
    batch.value = made
    graph.showRun(made.trace, 'network')
  }

  /** Performs the displayed step in the run itself, then shows the next mini-batch. */
  async function learn() {
    if (await run.stepBatch()) await look()
  }

  return { batch, loading, stale, canLoad, look, learn }
})
