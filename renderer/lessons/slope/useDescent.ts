import { computed, ref } from 'vue'
import { curveOf, descend, descentOf, type SlopeSpec, startOf } from '../../course/slopes'
import { type Ends, endsOf, niceStep, onGrid, samplesOf } from '../../components/charts/plot-area'

/** Updates after which the picture stops: the slowest of its learning rates has arrived by then. */
const mostSteps = 20

/** One weight that walks down its loss, update by update. @param initial number of updates */
export function useDescent(spec: SlopeSpec, initial = 0) {
  const curve = curveOf(spec)
  const step = niceStep((spec.range[1] - spec.range[0]) / 120)
  const rates = spec.rates ?? [0.1]
  const rate = ref(spec.chosen ?? rates[0]!)
  const from = ref(startOf(spec))
  const steps = ref(initial)

  const places = computed(() => descend(spec, { from: from.value, rate: rate.value, steps: steps.value }))
  const here = computed(() => places.value.at(-1)!)
  const before = computed(() => places.value.at(-2) ?? null)
  const descent = computed(() => descentOf(spec, rate.value))
  const hasNext = computed(() => steps.value < mostSteps)

  const next = () => { if (hasNext.value) steps.value++ }
  const back = () => { if (steps.value > 0) steps.value-- }
  const restart = () => { steps.value = 0 }
  const chooseRate = (value: number) => { rate.value = value; restart() }
  /** Starts elsewhere, or from the place that was reached. */
  function setX(value: number) {
    from.value = Math.min(spec.range[1], Math.max(spec.range[0], onGrid(value, step)))
    restart()
  }
  const stepX = (count: number, isCoarse: boolean) => setX(here.value.x + count * step * (isCoarse ? 10 : 1))

  /** How many times as wide as the original the axis is, so that all places are on it */
  const widening = computed(() => {
    const [least, most] = spec.range
    const [middle, half] = [(least + most) / 2, (most - least) / 2]
    const farthest = Math.max(...places.value.map(({ x }) => Math.abs(x - middle)))
    return 2 ** Math.max(0, Math.ceil(Math.log2(farthest / half)))
  })
  const xEnds = computed<Ends>(() => {
    const [least, most] = spec.range
    const [middle, half] = [(least + most) / 2, (most - least) / 2 * widening.value]
    return [middle - half, middle + half]
  })
  const samples = computed(() => samplesOf(curve.at, xEnds.value))
  const yEnds = computed(() => endsOf(samples.value))

  return { rates, rate, chooseRate, steps, places, here, before, descent, hasNext, next, back, restart, setX, stepX, widening, xEnds, yEnds, samples }
}
