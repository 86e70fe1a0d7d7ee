import type { Desk } from '@contract'
import { LabError } from '@core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, watch } from 'vue'
import { request } from '../lib/bridge'
import { useChosenBlock } from './chosen-block'
import { useNotices } from './notices'
import { keptStrokes } from './sketch/kept-strokes'
import { useSketch } from './sketch/sketch'

/** Between two writes, while something changes */
const writeMs = 300

/** What is being looked at and drawn: the next session goes on with it. */
export const useDesk = defineStore('desk', () => {
  const chosen = useChosenBlock()
  const sketch = useSketch()
  const { attempt } = useNotices()
  /** An image of a dataset on the paper is not kept, nor what is drawn on it. */
  const now = computed((): Desk | null => chosen.place === '' ? null : { block: chosen.place, tab: chosen.tab, strokes: sketch.drawing.base ? [] : sketch.drawing.strokes })

  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  async function write() {
    timer = undefined
    if (!now.value) return
    try { await request('desk:remember', { ...now.value, strokes: keptStrokes(now.value.strokes) }) }
    catch (cause) { if (!(cause instanceof LabError)) throw cause } // of this drawing nothing depends
  }

  /** Shows what the session before left. */
  async function load() {
    const desk = await attempt(() => request('desk:recall'))
    if (desk) {
      chosen.follow(desk.block)
      chosen.openTab(desk.tab)
      sketch.recall(desk.strokes)
    }
    watch(now, () => { timer ??= setTimeout(() => void write(), writeMs) })
  }
  return { load }
})
