import type { Nested } from '@core'
import { computed, type Ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useErrorText } from '../../lib/useErrorText'
import { useNumbers } from '../../lib/useNumbers'
import { theme } from '../../lib/theme'
import { graphPicture } from '../picture/graph-picture'
import { arrange, type Arrangement, type Texts } from '../layout/arrange'
import type { CellAddress } from '../../stores/graph/useSelection'
import { highlightsOf } from './highlights'
import { type GraphState, isDimmed } from '../layout/display-state'
import { groupName } from '../layout/group-name'
import { type NoteBoxes, noteBoxes } from '../layout/note-boxes'
import { useDisplayStates } from './useDisplayStates'
import { type CanvasView, provideView } from './view'

export interface CanvasProps extends GraphState {
  readonly selected: string | null
  readonly pointed?: string | null | undefined
  readonly hover: CellAddress | null
}

export interface CanvasEvents {
  readonly select: (id: string) => void
  readonly hover: (cell: CellAddress | null) => void
  readonly setInput: (name: string, nested: Nested) => void
  readonly open: (id: string) => void
  readonly close: (group: string) => void
}

/** The state of the canvas, provided to its components. */
export function useCanvas(props: CanvasProps, small: Readonly<Ref<boolean>>, events: CanvasEvents) {
  const { t } = useI18n()
  const numbers = useNumbers()
  const texts = computed((): Texts => ({ numbers: numbers.value, output: t('graph.canvas.output') }))
  const graphState = computed((): GraphState => ({ trace: props.trace, moment: props.moment, hidden: props.hidden }))

  const arrangement = shallowRef<Arrangement>(arrange(props.trace, texts.value))
  watch(() => [props.trace, texts.value] as const, ([trace, texts]) => { arrangement.value = arrange(trace, texts, arrangement.value) })
  const layout = computed(() => arrangement.value.layout)
  const errorText = useErrorText()
  const notes = computed<NoteBoxes>(before => noteBoxes(props.trace, arrangement.value, errorText, before))
  const displayStates = useDisplayStates(() => graphState.value)
  watch(layout, displayStates.dropUnused)

  const trace = computed(() => props.trace)
  const view: CanvasView = {
    trace, layout, small,
    highlights: computed(() => highlightsOf(props.trace, props.hover)),
    selected: computed(() => props.pointed ?? props.selected),
    resultName: computed(() => arrangement.value.resultName),
    sizeOf: id => arrangement.value.sizes.node(id),
    shapeOf: id => arrangement.value.shapes.get(id) ?? [],
    noteBox: id => notes.value.boxes.get(id),
    node: displayStates.node, edge: displayStates.edge,
    groupName: id => groupName(props.trace.graph.source, props.trace.graph.byId.get(id)?.span.from ?? 0),
    ...events,
  }
  provideView(view)
  const picture = () => graphPicture({
    graphState: graphState.value, arrangement: arrangement.value, theme: theme.value,
    texts: { ...texts.value, errorText, updated: t('graph.canvas.updated') },
    font: getComputedStyle(document.body).fontFamily, signFont: getComputedStyle(document.documentElement).getPropertyValue('--math').trim(),
  })
  return { graphState: graphState, arrangement, layout, bounds: computed(() => notes.value.bounds), picture, dimmed: computed(() => isDimmed(graphState.value)) }
}
