import { keyLabel, keyText } from '@contract'
import { computed, nextTick, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { isMac } from '../lib/command-text'
import { onWidgetKeys } from '../lib/keys'
import { useCommands } from '../stores/commands'
import { useRoom } from '../stores/room'
import { useSketch } from '../stores/sketch/sketch'
import type { Point } from '../stores/sketch/strokes'
import type { Reading } from '../stores/sketch/useReading'

/** Cells that an arrow key moves by, to the right and down */
const ways: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/**
 * Draws with the keyboard on the grid of the dataset's images: the pen stands in the middle of a cell, and draws from
 * cell to cell while it is down.
 * @param paper the element that has the focus meanwhile
 * @param isMain whether the command that begins works in the whole room, not only while the paper has the focus
 */
export function useGridPen(reading: Reading, paper: () => HTMLElement | null, isMain: () => boolean) {
  const { t } = useI18n()
  const sketch = useSketch()
  const room = useRoom()
  const isOn = ref(false)
  const size = computed(() => ({ rows: reading.dataset.shape[1], columns: reading.dataset.shape[2] }))
  /** Counted from 0 */
  const cell = ref({ row: 0, column: 0 })
  const isDown = computed(() => isOn.value && sketch.isDown)
  const point = computed<Point>(() => ({ x: (cell.value.column + 0.5) / size.value.columns, y: (cell.value.row + 0.5) / size.value.rows }))

  async function begin() {
    paper()?.focus()
    if (isOn.value) return
    cell.value = { row: Math.floor(size.value.rows / 2), column: Math.floor(size.value.columns / 2) }
    isOn.value = true
    spoken.value = ''
    await nextTick() // a live region is read when it changes
    say()
  }
  function leave() {
    if (!isOn.value) return
    if (isDown.value) sketch.end()
    isOn.value = false
    spoken.value = t('draw.grid.left')
  }
  function moveTo(column: number, row: number) {
    const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value))
    cell.value = { row: within(row, size.value.rows), column: within(column, size.value.columns) }
    if (isDown.value) sketch.move([point.value])
  }
  function press() {
    if (isDown.value) sketch.end()
    else sketch.begin(point.value, { paper: { width: size.value.columns, height: size.value.rows } })
  }

  const onKey = onWidgetKeys('paper', (event) => {
    if (!isOn.value && event.key !== 'Enter') return // then they are the room's
    event.preventDefault()
    if (!isOn.value) return void begin()
    const way = ways[event.key]
    const { row, column } = cell.value
    if (way) moveTo(column + way[0], row + way[1])
    else if (event.key === 'Home') moveTo(0, row)
    else if (event.key === 'End') moveTo(size.value.columns - 1, row)
    else if (event.key === ' ' && !event.repeat) press()
    else if (event.key === 'Escape') leave()
  })

  const spoken = ref('')
  const state = computed(() => t(`draw.grid.${sketch.tool}${isDown.value ? 'Down' : 'Up'}`))
  const say = () => { spoken.value = [t('draw.grid.at', { row: cell.value.row + 1, column: cell.value.column + 1 }), state.value].join(', ') }
  watch([cell, state], () => { if (isOn.value) say() })
  watch(size, leave)
  const keys = computed(() => t('draw.grid.keys', { space: keyLabel('Space', isMac()), eraser: keyText('draw.eraser', isMac()), leave: keyLabel('Escape', isMac()) }))

  useCommands({ 'draw.grid': begin }, { within: paper })
  useCommands({ 'draw.grid': begin }, { when: () => isMain() && room.current === 'draw' })
  return { isOn, isDown, cell, size, onKey, leave, spoken, keys }
}
