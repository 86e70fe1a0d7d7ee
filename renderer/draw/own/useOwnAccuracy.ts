import { digitSide, inputSize, mnist } from '@core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { inSlices } from '../../lib/in-slices'
import { useOwnDigits } from '../../stores/own-digits'
import { type NetworkChoice, useNetworks } from '../../stores/sketch/networks'
import { predictWith } from '../predict'

/** A network that learns is asked again no more often: the digits may be many. */
const againMs = 1_000

/** What a network reads the person's own digits as. */
export interface OwnAnswers {
  /** By the digit's number */
  readonly answers: ReadonlyMap<number, number>
  readonly right: number
  readonly all: number
}

/** Reads all own digits with a network, in slices, and again when its weights or the digits change. */
export function useOwnAccuracy(choice: () => NetworkChoice) {
  const own = useOwnDigits()
  const networks = useNetworks()
  const found = shallowRef<OwnAnswers | null>(null)
  const network = computed(() => {
    const held = networks.networkOf(choice())
    return held?.model.input.value.columns === inputSize({ shape: [1, digitSide, digitSide] }) && held.model.out.value.columns === mnist.classes.length ? held : null
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let work: AbortController | null = null

  async function read() {
    timer = undefined
    work?.abort()
    const mine = work = new AbortController()
    const { digits } = own
    const answers = new Map<number, number>()
    let at = 0
    const isDone = await inSlices(() => {
      const digit = digits[at++]
      const answer = digit && network.value ? predictWith(network.value, digit.pixels) : null
      if (digit && answer) answers.set(digit.index, answer.label)
      return at < digits.length
    }, mine.signal)
    if (isDone && !mine.signal.aborted) found.value = answers.size === 0 ? null : { answers, right: digits.filter(({ index, label }) => answers.get(index) === label).length, all: digits.length }
  }
  watch([() => own.digits, choice], () => {
    clearTimeout(timer)
    void read()
  }, { immediate: true })
  watch(network, () => { timer ??= setTimeout(() => void read(), found.value ? againMs : 0) })
  onScopeDispose(() => {
    clearTimeout(timer)
    work?.abort()
  })
  return computed(() => network.value ? found.value : null)
}
