import { nudge, type SlopeError, slopeErrors, type Value } from '@core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useGraph } from '../../stores/graph/graph'
import { summarizeSlope } from './slope-caption'

/** The exponents that the slider offers: 1e-1 to 1e-12 in steps of √10. */
export const exponents = { first: -1, last: -12, step: 0.5, usual: -4 } as const
const restMs = 60
/** The h at a slider position, rounded: 1e-4, not 0.000099999. */
const hOf = (exponent: number) => Number((10 ** exponent).toPrecision(3))

/** The central difference for one number of one input, compared with backpropagation. */
export function useNudge() {
  const graph = useGraph()
  const wanted = ref<string | null>(null)
  const cellWanted = ref(0)
  const exponent = ref<number>(exponents.usual)

  const names = computed(() => graph.trace.graph.inputs)
  const name = computed({
    get: () => wanted.value !== null && names.value.includes(wanted.value) ? wanted.value : names.value[0] ?? null,
    set: (value) => { if (value !== wanted.value) cellWanted.value = 0; wanted.value = value },
  })
  // Selecting an input in the graph chooses it for the nudge.
  watch(() => graph.selected, (id) => { if (id !== null && names.value.includes(id)) name.value = id }, { immediate: true })

  const inputs = computed<ReadonlyMap<string, Value>>(() => new Map(names.value.map(input => [input, graph.trace.forward.values.get(input)!])))
  const value = computed(() => name.value === null ? null : inputs.value.get(name.value) ?? null)
  const cell = computed({ get: () => Math.min(cellWanted.value, (value.value?.data.length ?? 1) - 1), set: (at) => { cellWanted.value = at } })
  const h = computed(() => hOf(exponent.value))
  const upstream = computed(() => graph.trace.problem ? undefined : graph.trace.upstream)
  const gradient = computed(() => name.value === null ? NaN : graph.trace.backward.gradients.get(name.value)?.data[cell.value] ?? NaN)
  /** Hidden while a number of this graph is asked for: a slope, or how it follows from the others, may reveal it */
  const isHidden = computed(() => name.value !== null && [...graph.hidden].some(of => !of.startsWith('updated:')))

  const nudged = computed(() => name.value === null ? null : nudge(graph.trace.graph, inputs.value, { name: name.value, cell: cell.value, h: h.value }, upstream.value))
  /** 92 evaluations of the graph, so they are computed only when the inputs have stopped changing */
  const errors = shallowRef<readonly SlopeError[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  function measure() {
    errors.value = name.value === null || graph.trace.problem ? [] : slopeErrors(graph.trace.graph, inputs.value, { name: name.value, cell: cell.value }, upstream.value)
  }
  watch([inputs, name, cell, upstream], () => {
    clearTimeout(timer)
    timer = setTimeout(measure, restMs)
  })
  measure()
  onScopeDispose(() => clearTimeout(timer))
  const summary = computed(() => summarizeSlope(errors.value, { gradient: gradient.value, scale: nudged.value?.above ?? 0, h: h.value }))

  /** f is the output weighted by the upstream gradient, not the output itself */
  const weighted = computed(() => upstream.value !== undefined && (upstream.value.shape.length > 0 || upstream.value.data[0] !== 1))

  return { names, name, value, cell, exponent, h, gradient, isHidden, nudged, errors, summary, weighted }
}
