import { type FindingProgress, type FoundAnswer, type QuestionPrice, toWire, type WireError } from '@contract'
import { type EvaluatedSplit, LabError, type Question, type ReadImage } from '@core'
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { listen, request } from '../lib/bridge'
import { useRun } from './run'

/** What a question is about: the thing whose menu it was asked from. */
export type AskSubject
  = | { readonly of: 'tensor', readonly path: string }
    | { readonly of: 'cell', readonly path: string, readonly row: number, readonly column: number }
    | { readonly of: 'unit', readonly layer: string, readonly unit: number }
    | { readonly of: 'accuracy', readonly split: EvaluatedSplit, readonly class?: number }
    | { readonly of: 'loss' }
    | { readonly of: 'image', readonly image: ReadImage, readonly class: number }

/** Questions to the run's past: what is asked about, its price, how far the search is, and the answer. */
export const useAsking = defineStore('asking', () => {
  const run = useRun()
  const subject = shallowRef<AskSubject | null>(null)
  const isOpen = ref(false)
  const price = shallowRef<QuestionPrice | null>(null)
  /** Null: nothing is searched */
  const progress = shallowRef<FindingProgress | null>(null)
  /** The answer with its question */
  const found = shallowRef<{ readonly question: Question, readonly answer: FoundAnswer } | null>(null)
  const error = shallowRef<WireError | null>(null)

  let priced = 0
  let asked = 0
  const failed = (cause: unknown) => {
    if (!(cause instanceof LabError)) throw cause
    if (cause.code !== 'past.stopped') error.value = toWire(cause)
  }

  function open(about: AskSubject) {
    if (progress.value) void cancel()
    subject.value = about
    price.value = found.value = error.value = null
    isOpen.value = true
  }
  /** A search in progress ends with its dialog. */
  function close() {
    isOpen.value = false
    priced++
    void cancel()
  }

  /** Finds out what a question costs; null: it is not complete. */
  async function appraise(question: Question | null) {
    const mine = ++priced
    price.value = found.value = error.value = null
    if (!question) return
    try {
      const told = await request('past:price', question)
      if (mine === priced) price.value = told
    }
    catch (cause) { if (mine === priced) failed(cause) }
  }

  /** @returns the answer; null when the search was ended or failed */
  async function ask(question: Question): Promise<FoundAnswer | null> {
    const mine = ++asked
    found.value = error.value = null
    progress.value = { done: 0, of: price.value?.steps ?? 0, seconds: price.value?.seconds ?? null, atMost: null }
    try {
      const answer = await request('past:find', question)
      if (mine !== asked) return null
      found.value = { question, answer }
      return answer
    }
    catch (cause) {
      if (mine === asked) failed(cause)
      return null
    }
    finally { if (mine === asked) progress.value = null }
  }

  async function cancel() {
    asked++
    progress.value = null
    try { await request('past:cancel') }
    catch (cause) { failed(cause) }
  }

  listen('past:finding', (next) => { if (progress.value) progress.value = next })
  watch(() => run.state?.runId, () => {
    asked++
    isOpen.value = false
    progress.value = found.value = null
  })

  return { subject, isOpen, price, progress, found, error, open, close, appraise, ask, cancel }
})
