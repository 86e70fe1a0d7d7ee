import { limits } from '@core'
import { computed, nextTick, type Ref, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useBlockName } from '../lib/useBlockName'
import { isFixed, type LayerRow, rowOf, settingsOf } from './layer-rows'

type Rows = readonly LayerRow[]
/** The list before and after an act. The texts of its rows are shared, so that undo keeps what was typed since. */
interface Act { readonly before: Rows, readonly after: Rows }

/**
 * What one can do with the list of layers: each act moves the focus to a sensible place, is said to screen readers, and can be
 * undone.
 * @param rows the form's layers
 * @param focus moves the focus to a row, or for null to the button that adds a layer
 */
export function useLayerList(rows: Ref<Rows>, focus: (row: LayerRow | null, part: 'name' | 'field') => void) {
  const { t } = useI18n()
  const nameOf = useBlockName()
  const chosen = ref<number | null>(null)
  const latest = shallowRef<{ readonly key: string, readonly kind?: string, readonly n?: number, readonly all?: number } | null>(null)
  /** The latest act, for screen readers, in the present language */
  const said = computed(() => {
    if (!latest.value) return ''
    const { key, kind, ...places } = latest.value
    return t(`train.layers.said.${key}`, { ...places, ...kind !== undefined && { layer: nameOf(kind) } })
  })
  const done = shallowRef<readonly Act[]>([])
  const undone = shallowRef<readonly Act[]>([])

  /** The row with the list's only tab stop, where layers are added: at first the last hidden layer. */
  const selected = computed(() => rows.value.find(({ id }) => id === chosen.value) ?? rows.value.at(-2) ?? rows.value.at(-1) ?? null)
  const canAdd = computed(() => rows.value.length < limits.layers)
  /** Index of a layer that is added: behind the selected one, but before an output layer. */
  const place = computed(() => {
    const { value: row } = selected
    if (!row) return 0
    const isOutput = settingsOf(row).some(setting => isFixed(rows.value, row, setting))
    return rows.value.indexOf(row) + (isOutput ? 0 : 1)
  })

  function show(row: LayerRow | null, part: 'name' | 'field' = 'name') {
    chosen.value = row?.id ?? null
    void nextTick(() => focus(row, part))
  }
  let travelling = false
  // Every change is an act, a preset and a revert too.
  watch(rows, (after, before) => {
    latest.value = null
    if (travelling) return
    done.value = [...done.value, { before, after }].slice(-maxActs)
    undone.value = []
  }, { flush: 'sync' })
  const say = (key: string, row: LayerRow) => { latest.value = { key, kind: row.kind, n: rows.value.indexOf(row) + 1, all: rows.value.length } }

  function add(kind: string) {
    if (!canAdd.value) return
    const row = rowOf(kind)
    rows.value = rows.value.toSpliced(place.value, 0, row)
    say('added', row)
    show(row, settingsOf(row).length ? 'field' : 'name')
  }
  function remove(row: LayerRow) {
    const i = rows.value.indexOf(row)
    rows.value = rows.value.toSpliced(i, 1)
    latest.value = { key: 'removed', kind: row.kind, n: i + 1 }
    show(rows.value[i] ?? rows.value.at(-1) ?? null)
  }
  /** @param to index in the list without the row; outside of it nothing happens */
  function move(row: LayerRow, to: number) {
    const from = rows.value.indexOf(row)
    if (to < 0 || to >= rows.value.length || to === from) return
    rows.value = rows.value.toSpliced(from, 1).toSpliced(to, 0, row)
    say('moved', row)
    show(row)
  }
  function change(row: LayerRow, kind: string) {
    const next = { ...row, kind }
    if (kind !== row.kind) rows.value = rows.value.with(rows.value.indexOf(row), next)
    say('changed', next)
    show(next, settingsOf(next).some(setting => !isFixed(rows.value, next, setting)) ? 'field' : 'name')
  }
  function undo() {
    const act = done.value.at(-1)
    if (!act) return
    done.value = done.value.slice(0, -1)
    undone.value = [...undone.value, act]
    go(act.before, 'undone')
  }
  function redo() {
    const act = undone.value.at(-1)
    if (!act) return
    undone.value = undone.value.slice(0, -1)
    done.value = [...done.value, act]
    go(act.after, 'redone')
  }
  function go(to: Rows, key: 'undone' | 'redone') {
    travelling = true
    rows.value = to
    travelling = false
    latest.value = { key }
    show(selected.value)
  }
  const steps = { ArrowUp: -1, ArrowDown: 1, Home: -limits.layers, End: limits.layers } as const
  /** Moves the focus by a key of the list. */
  function step(row: LayerRow, key: keyof typeof steps) {
    const to = rows.value.indexOf(row) + steps[key]
    show(rows.value[Math.max(0, Math.min(rows.value.length - 1, to))]!)
  }

  return { selected, canAdd, place, said, canUndo: computed(() => done.value.length > 0), canRedo: computed(() => undone.value.length > 0), select: (row: LayerRow) => { chosen.value = row.id }, add, remove, move, change, undo, redo, step }
}

const maxActs = 100
