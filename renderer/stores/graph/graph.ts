import { type GraphDocument, type Nested, type Trace, traceOf } from '@core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useSetting } from '../useSetting'
import { documentOf, pruned, sameComputation, withGroup, withParameter, withUpdate } from './documents'
import { apples } from './examples'
import { GraphSessions, nothingHidden } from './graph-sessions'
import { carried, forwardEnd } from './positions'
import { useExpression } from './useExpression'
import { useSelection } from './useSelection'
import { useStepping } from './useStepping'

/** The session of the free playground; a lesson's graphs have keys of their own. */
export const playgroundKey = 'playground'

export interface ShowOptions {
  /** How many steps are shown: a number of them, none, the whole forward pass, or all (the default) */
  readonly position?: number | 'start' | 'forward' | 'end'
  /**
   * Ids that are shown as "?" ('value:ID', 'gradient:ID', 'updated:ID') in this document and in no other; 'steps' withholds
   * all steps. A function, so that they follow the state of the questions. Defaults to the previous one of this key
   */
  readonly hidden?: () => readonly string[]
  /** Each key has its own undo history */
  readonly key?: string
}

/** The graph on the canvas: its document with undo and redo, its trace, and what of it is shown. */
export const useGraph = defineStore('graph', () => {
  const sessions = new GraphSessions()

  const key = ref(playgroundKey)
  /** The latest document that can be computed */
  const document = shallowRef<GraphDocument>(apples)
  const trace = shallowRef<Trace>(traceOf(apples))
  /** Whether the numbers come from a training run: they can be stepped through and inspected, but not edited */
  const fixed = ref(false)
  /** The hidden names, and the document that they belong to */
  const hiddenOf = shallowRef(nothingHidden)
  const posed = shallowRef<GraphDocument | null>(null)
  /** Whether the learner has changed the expression or a number: the questions are about another graph then. */
  const differs = computed(() => posed.value !== null && !sameComputation(posed.value, document.value))
  /** Whether it is a lesson's graph that the learner has changed, or whose expression cannot be computed as it is typed now */
  const changed = computed(() => !fixed.value && key.value !== playgroundKey && posed.value !== null && (differs.value || source.value !== document.value.expression))
  /** A parameter's value or gradient follows from its update, so the update is hidden with it. */
  const hidden = computed<ReadonlySet<string>>(() => {
    const names = new Set(differs.value ? [] : hiddenOf.value())
    for (const id of trace.value.updated.keys()) if (names.has(`value:${id}`) || names.has(`gradient:${id}`)) names.add(`updated:${id}`)
    return names
  })
  /** Whether a question asks for an update, with which the next round would begin, or for the steps */
  const updateHidden = computed(() => hidden.value.has('steps') || Array.from(trace.value.updated.keys()).some(id => hidden.value.has(`updated:${id}`)))
  const canUndo = ref(false)
  const canRedo = ref(false)

  const msPerStep = useSetting('graphStepMs')
  const setMsPerStep = (ms: number) => { msPerStep.value = ms }
  /** The trace as far as it may be stepped through */
  const steppable = computed<Trace>(() => hidden.value.has('steps') ? { ...trace.value, steps: [] } : trace.value)
  const stepping = useStepping(steppable, () => msPerStep.value)
  const { position, goTo } = stepping
  goTo(trace.value.steps.length)
  const { selected, pointed, hover, select, point, setHover, clear: clearSelection } = useSelection(trace)
  const { source, error, setExpression, read, replace: replaceExpression } = useExpression(apples.expression, (text) => {
    if (!fixed.value && text !== document.value.expression) change(documentOf(text, document.value, trace.value.graph, session().remembered), 'expression')
  })
  const session = () => sessions.of(key.value, document.value)

  /** @param at position; defaults to the step that corresponds to the current one */
  function apply(next: GraphDocument, run: Trace, at = carried(trace.value, position.value, run)) {
    document.value = next
    fixed.value = false
    trace.value = run
    replaceExpression(next.expression)
    goTo(at)
    const { history, remembered } = session()
    remembered.inputs = { ...remembered.inputs, ...next.inputs }
    next.parameters?.forEach(name => remembered.parameters.add(name))
    canUndo.value = history.canUndo
    canRedo.value = history.canRedo
  }

  /** @throws LabError when the document cannot be computed; then nothing changes */
  function change(next: GraphDocument, kind: string | null, at?: number) {
    if (fixed.value) return
    const run = traceOf(next)
    session().history.change(next, kind)
    apply(next, run, at)
  }

  function show(next: GraphDocument, { position: at = 'end', hidden: hiddenIds, key: name = playgroundKey }: ShowOptions = {}) {
    const run = traceOf(next)
    leave()
    key.value = name
    if (hiddenIds) Object.assign(sessions.of(name, next), { hidden: hiddenIds, posed: next })
    sessions.restartIfAskedAgain(name)
    sessions.put(name, next)
    posed.value = session().posed
    hiddenOf.value = session().hidden
    clearSelection()
    apply(next, run, at === 'start' ? 0 : at === 'end' ? run.steps.length : at === 'forward' ? forwardEnd(run) : at)
  }

  /** Shows a trace without a document, such as a training run's network on a mini-batch. The same graph keeps its position. */
  function showRun(run: Trace, name: string) {
    leave()
    const at = key.value === name && trace.value.graph.source === run.graph.source ? position.value : 0
    key.value = name
    fixed.value = true
    canUndo.value = canRedo.value = false
    hiddenOf.value = nothingHidden
    trace.value = run
    replaceExpression(run.graph.source)
    clearSelection()
    goTo(at)
  }

  /** Restores what was last shown under a key. @returns whether there was something */
  function resume(name: string): boolean {
    if (!sessions.known(name)) return false
    if (name === key.value) return true
    sessions.restartIfAskedAgain(name)
    const { history, position } = sessions.known(name)!
    show(history.current, { key: name, position })
    return true
  }
  watch(() => hiddenOf.value(), () => {
    if (!fixed.value && sessions.restartIfAskedAgain(key.value)) apply(session().history.current, traceOf(session().history.current))
  }, { flush: 'sync' })
  function leave() {
    stepping.pause()
    session().position = position.value
  }

  /**
   * The free playground, even while another graph is shown; invalid text counts only while the playground is in view.
   */
  function playground(): { readonly document: GraphDocument, readonly source: string } {
    if (key.value === playgroundKey) return { document: document.value, source: source.value }
    const left = sessions.known(playgroundKey)?.history.current ?? apples
    return { document: left, source: left.expression }
  }

  /** @throws LabError graph.inputValue, graph.tooLarge; the input is then unchanged */
  function setInput(name: string, value: Nested) {
    change({ ...document.value, inputs: { ...document.value.inputs, [name]: value } }, `input ${name}`)
  }
  /** @param value the gradient at the output; null: 1 @throws LabError graph.inputValue, graph.shapes */
  function setUpstream(value: Nested | null) {
    change(pruned({ ...document.value, upstream: value ?? undefined }), 'upstream')
  }
  function setParameter(name: string, learns: boolean) {
    if (!learns) session().remembered.parameters.delete(name)
    change(withParameter(document.value, trace.value.graph, { name, learns }), `parameter ${name}`)
  }
  const setLearningRate = (rate: number) => change(pruned({ ...document.value, learningRate: rate }), 'learningRate')

  function openGroup(id: string) {
    if (!trace.value.graph.byId.get(id) || trace.value.graph.opened.has(id)) return
    change(withGroup(document.value, trace.value.graph, { id, open: true }), `open ${id}`)
  }
  function closeGroup(id: string) {
    if (trace.value.graph.opened.has(id)) change(withGroup(document.value, trace.value.graph, { id, open: false }), `close ${id}`)
  }

  /** A lesson's graph as it was before the learner's changes, which undo brings back. */
  function reset() {
    stepping.pause()
    change(session().posed, null)
  }

  /** The updated parameters become the inputs: the next iteration, from its first step; not while a question asks for them. */
  function takeUpdate() {
    const { updated } = trace.value
    if (updated.size === 0 || updateHidden.value) return
    stepping.pause()
    change(withUpdate(document.value, updated), null, 0)
  }

  /** Invalid text is reverted first. */
  function undo() {
    if (fixed.value) return
    const { history } = session()
    if (source.value === document.value.expression) history.undo()
    apply(history.current, traceOf(history.current))
  }
  function redo() {
    if (fixed.value) return
    const { history } = session()
    history.redo()
    apply(history.current, traceOf(history.current))
  }
  const endEdit = () => session().history.endEdit()

  return {
    key, document, trace, source, error, fixed, changed, hidden, updateHidden, selected, pointed, hover, canUndo, canRedo, msPerStep, ...stepping,
    show, showRun, resume, playground, select, point, setHover, setMsPerStep, setExpression, read, setInput, setUpstream, setParameter, setLearningRate, open: openGroup, close: closeGroup, reset, takeUpdate, undo, redo, endEdit,
  }
})
