import type { Desk } from '@contract'
import { LabError } from '@core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, watch } from 'vue'
import { request } from '../lib/bridge'
import { useChosenBlock } from './chosen-block'
import { useNotices } from './notices'
import { useSketch } from './sketch/sketch'

/** Between two writes, while something changes */
const writeMs = 300

/** What is being looked at and drawn: the next session goes on with it. */
export const useDesk = defineStore('desk', () => {
  const chosen = useChosenBlock()
  const sketch = useSketch()
  const { attempt } = useNotices()
  /** An image of a dataset on the paper is not kept, nor what is drawn on it. */
  const now = computed((): Desk | null => chosen.place === '' ? null : { block: chosen.place, tab: chosen.tab, strokes: sketch.drawing.base ? [] : sketch.drawing.strokes.map(stroke => stroke.map(({ x, y }) => ({ x, y }))) })

  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  async function write() {
    timer = undefined
    if (!now.value) return
    try { await request('desk:remember', now.value) }
    catch (cause) { if (!(cause instanceof LabError)) throw cause } // a drawing beyond the limits is not kept
  }

  /** Shows what the session before left. */
  async function load() {
    const desk = await attempt(() => request('desk:recall'))
    if (desk) {
      chosen.follow(desk.block)
      chosen.openTab(desk.tab)
      sketch.recall(desk.strokes)
    }
    watch(() => JSON.stringify(now.value), () => { timer ??= setTimeout(() => void write(), writeMs) })
  }
  return { load }
})
