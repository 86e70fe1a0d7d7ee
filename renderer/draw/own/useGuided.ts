import { mnist, Random } from '@core'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { useOwnDigits } from '../../stores/own-digits'
import { seenOf } from '../../stores/sketch/network-input'
import { useSketch } from '../../stores/sketch/sketch'

/** After the pen has rested for so long, the digit is finished: some have two strokes. */
const restMs = 900

/** Asks for the ten digits, one after the other and in any order: each is kept as soon as it is drawn. */
export function useGuided() {
  const sketch = useSketch()
  const own = useOwnDigits()
  const order = ref<readonly number[]>([])
  const done = ref(0)
  const isActive = computed(() => done.value < order.value.length)
  /** The digit that is asked for; null: none */
  const wanted = computed(() => order.value[done.value] ?? null)
  /** Whether all of them were drawn */
  const isFinished = computed(() => order.value.length > 0 && !isActive.value)
  let timer: ReturnType<typeof setTimeout> | undefined

  function start() {
    order.value = shuffled(mnist.classes.map((_, label) => label))
    done.value = 0
    sketch.clear()
  }
  function stop() {
    clearTimeout(timer)
    order.value = []
  }
  async function keep() {
    const label = wanted.value
    const pixels = seenOf(sketch.drawing, mnist)
    if (label === null || !pixels || !await own.add(pixels, label)) return
    done.value++
    sketch.clear()
  }
  watch([() => sketch.drawing, () => sketch.isDown, isActive], () => {
    clearTimeout(timer)
    if (isActive.value && !sketch.isDown && sketch.drawing.strokes.length > 0) timer = setTimeout(() => void keep(), restMs)
  })
  onScopeDispose(stop)
  return { wanted, done, all: computed(() => order.value.length), isActive, isFinished, start, stop }
}

function shuffled(labels: readonly number[]): readonly number[] {
  const random = new Random(Math.floor(Math.random() * 2 ** 32))
  const left = [...labels]
  return labels.map(() => left.splice(random.integer(left.length), 1)[0]!)
}
