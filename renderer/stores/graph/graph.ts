import { type GraphDocument, type LabError, type Nested, ownError, type Trace, traceOf } from '@core'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useSetting } from '../useSetting'
import { documentOf, pruned, withGroup, withParameter, withUpdate } from './documents'
import { apples } from './examples'
import { carried, forwardEnd } from './positions'
import { useStepping } from './useStepping'
import { GraphSessions } from './graph-sessions'

/** The free playground's key; a lesson's is its own. */
export const playgroundKey = 'playground'

export interface ShowOptions {
  /** How many steps are made already, or: none, the whole forward pass, all of them (the default) */
  readonly position?: number | 'start' | 'forward' | 'end'
  /** Covered with "?": 'value:ID', 'gradient:ID', 'updated:ID' */
  readonly hidden?: Iterable<string>
  /** Whose graph it is: each has its own undo history */
  readonly key?: string
}
export interface HoveredCell { readonly node: string, readonly cell: number, readonly of: 'value' | 'gradient' }

/** Beyond this, an expression is read when the typing pauses. */
const longText = 300
const pauseMs = 120

/** The graph in the Learn room: its document, its run, and how far the run is shown. */
export const useGraph = defineStore('graph', () => {
  const sessions = new GraphSessions()

  const key = ref(playgroundKey)
  /** The last good one */
  const document = shallowRef<GraphDocument>(apples)
  const trace = shallowRef<Trace>(traceOf(apples))
  /** The text as it is typed */
  const source = ref(apples.expression)
  /** Of the text as it is typed; the last good graph stays */
  const error = shallowRef<LabError | null>(null)
  /** Whether the numbers come from a training run: they can be stepped through and inspected, but not edited */
  const fixed = ref(false)
  const hidden = shallowRef<ReadonlySet<string>>(new Set())
  const selected = ref<string | null>(null)
  const hover = shallowRef<HoveredCell | null>(null)
  const canUndo = ref(false)
  const canRedo = ref(false)

  const msPerStep = useSetting('graphStepMs')
  const stepping = useStepping(trace, () => msPerStep.value)
  const { position, goTo } = stepping
  goTo(trace.value.steps.length)
  const session = () => sessions.of(key.value, document.value)

  /** Puts a good document with its run in place. @param at position; left out: as far as before */
  function take(next: GraphDocument, run: Trace, at = carried(trace.value, position.value, run)) {
    document.value = next
    fixed.value = false
    trace.value = run
    source.value = next.expression
    error.value = null
    goTo(at)
    const { byId } = run.graph
    if (selected.value !== null && !byId.has(selected.value)) selected.value = null
    if (hover.value && !byId.has(hover.value.node)) hover.value = null
    const { history, remembered } = session()
    remembered.inputs = { ...remembered.inputs, ...next.inputs }
    next.parameters?.forEach(name => remembered.parameters.add(name))
    canUndo.value = history.canUndo
    canRedo.value = history.canRedo
  }

  /** @throws LabError when it is no graph; nothing is changed then */
  function change(next: GraphDocument, kind: string | null, at?: number) {
    if (fixed.value) return
    const run = traceOf(next)
    session().history.change(next, kind)
    take(next, run, at)
  }

  function show(next: GraphDocument, { position: at = 'end', hidden: covered = [], key: name = playgroundKey }: ShowOptions = {}) {
    const run = traceOf(next)
    leave()
    key.value = name
    sessions.put(name, next)
    hidden.value = new Set(covered)
    selected.value = hover.value = null
    take(next, run, at === 'start' ? 0 : at === 'end' ? run.steps.length : at === 'forward' ? forwardEnd(run) : at)
  }

  /** A run that no document makes, such as the current network on a mini-batch: as far as before when it is the same graph. */
  function showRun(run: Trace, name: string) {
    leave()
    const at = key.value === name && trace.value.graph.source === run.graph.source ? position.value : 0
    key.value = name
    fixed.value = true
    canUndo.value = canRedo.value = false
    hidden.value = new Set()
    error.value = null
    trace.value = run
    source.value = run.graph.source
    selected.value = hover.value = null
    goTo(at)
  }

  /** Goes back to what was last shown under a key. @returns whether there was something */
  function resume(name: string): boolean {
    const known = sessions.known(name)
    if (!known) return false
    if (name !== key.value) show(known.history.current, { key: name, position: known.position })
    return true
  }
  function leave() {
    stepping.pause()
    session().position = position.value
  }

  /** The free playground as it stands, whatever is shown; what is typed counts while it is in view. */
  function playground(): { readonly document: GraphDocument, readonly source: string } {
    if (key.value === playgroundKey) return { document: document.value, source: source.value }
    const left = sessions.known(playgroundKey)?.history.current ?? apples
    return { document: left, source: left.expression }
  }

  let reading: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(reading))
  /** @param composing the text ends in a word that is still being composed: it is shown, but read only when it is whole */
  function setExpression(text: string, { composing = false }: { composing?: boolean } = {}) {
    source.value = text
    clearTimeout(reading)
    if (composing) return
    if (text.length < longText) read()
    else reading = setTimeout(read, pauseMs)
  }
  function read() {
    const text = source.value
    if (fixed.value) return
    if (text === document.value.expression) { error.value = null; return }
    try {
      change(documentOf(text, document.value, trace.value.graph, session().remembered), 'expression')
    }
    catch (cause) {
      error.value = ownError(cause)
    }
  }

  /** @throws LabError graph.inputValue, graph.tooLarge; the input stays then as it was */
  function setInput(name: string, value: Nested) {
    change({ ...document.value, inputs: { ...document.value.inputs, [name]: value } }, `input ${name}`)
  }
  /** @param value null: 1 @throws LabError graph.inputValue, graph.shapes */
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

  /** The updated parameters become the inputs: the next round of learning, from its start. */
  function takeUpdate() {
    const { updated } = trace.value
    if (updated.size === 0) return
    stepping.pause()
    change(withUpdate(document.value, updated), null, 0)
  }

  /** What is typed and makes no graph goes first. */
  function undo() {
    if (fixed.value) return
    const { history } = session()
    if (source.value === document.value.expression) history.undo()
    take(history.current, traceOf(history.current))
  }
  function redo() {
    if (fixed.value) return
    const { history } = session()
    history.redo()
    take(history.current, traceOf(history.current))
  }
  const settle = () => session().history.settle()
  const reveal = (...names: readonly string[]) => { hidden.value = new Set([...hidden.value].filter(name => !names.includes(name))) }

  return {
    key, document, trace, source, error, fixed, hidden, selected, hover, canUndo, canRedo, msPerStep, ...stepping,
    show, showRun, resume, playground, setExpression, read, setInput, setUpstream, setParameter, setLearningRate, open: openGroup, close: closeGroup, takeUpdate, undo, redo, settle, reveal,
  }
})
