import type { CertificateRun } from '@contract'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { listen, request } from '../lib/bridge'
import { useNotices } from './notices'

/** The certificate's long-running part, which a thread of the main process recomputes on request. */
export const useCertificateRun = defineStore('certificate', () => {
  const { attempt } = useNotices()
  const run = shallowRef<CertificateRun>({ phase: 'idle', at: null, measured: {}, error: null })
  const running = computed(() => run.value.phase === 'running')
  let heard = false

  const accept = (next: CertificateRun | undefined) => { if (next) run.value = next }
  async function load() {
    if (heard) return
    heard = true
    listen('certificate', accept)
    accept(await attempt(() => request('certificate:state')))
  }
  const start = async () => accept(await attempt(() => request('certificate:start')))
  const stop = async () => accept(await attempt(() => request('certificate:stop')))

  return { run, running, load, start, stop }
})
