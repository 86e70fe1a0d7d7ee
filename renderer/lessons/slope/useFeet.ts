import { computed, ref } from 'vue'
import { curveOf, errorsOf, hAt, limitExponents, type SlopeSpec, startOf } from '../../course/slopes'
import { endsOf, niceStep, onGrid, samplesOf } from '../../components/charts/plot-area'

/** How many steps of an arrow key the horizontal axis has, at least; with Shift a step is ten times as long. */
const steps = 120
const coarse = 10

/** A point on a curve with two feet at x ± h: what the learner moves, and the slopes that follow. */
export function useFeet(spec: SlopeSpec) {
  const curve = curveOf(spec)
  const [from, to] = spec.range
  const step = niceStep((to - from) / steps)
  const x = ref(startOf(spec))
  const h = ref(spec.h)
  const isLimit = spec.kind === 'limit'

  const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))
  /** Both feet stay in the picture. */
  const xEnds = computed(() => [onGrid(from + Math.ceil(h.value / step - 1e-9) * step, step), onGrid(to - Math.ceil(h.value / step - 1e-9) * step, step)] as const)
  const hEnds = computed(() => isLimit ? [hAt(limitExponents.last), hAt(limitExponents.first)] as const : [step, Math.min(x.value - from, to - x.value)] as const)
  const exponent = computed({ get: () => Math.log10(h.value), set: (value) => { h.value = hAt(onGrid(clamp(value, limitExponents.last, limitExponents.first), limitExponents.step)) } })

  function setX(value: number) { x.value = clamp(onGrid(value, step), ...xEnds.value) }
  function setH(value: number) {
    if (isLimit) exponent.value = Math.log10(Math.max(value, Number.MIN_VALUE))
    else h.value = clamp(onGrid(value, step), ...hEnds.value)
  }
  const stepX = (count: number, isCoarse: boolean) => setX(x.value + count * step * (isCoarse ? coarse : 1))
  const stepH = (count: number, isCoarse: boolean) => {
    if (isLimit) exponent.value += count * limitExponents.step * (isCoarse ? 2 : 1)
    else setH(h.value + count * step * (isCoarse ? coarse : 1))
  }

  const feet = computed(() => curve.feet(x.value, h.value))
  const y = computed(() => curve.at(x.value))
  const tangent = computed(() => curve.slope(x.value))
  /** Slopes left and right of a kink at x */
  const kink = computed(() => curve.kink(x.value))
  /** Whether a kink elsewhere lies between the feet, where one side has the tangent's slope exactly and the other has not */
  const kinkBetween = computed(() => {
    const { left, right } = feet.value
    const [a, b] = [Math.abs(left - tangent.value), Math.abs(right - tangent.value)]
    return kink.value === null && Math.min(a, b) < 1e-9 && Math.max(a, b) > 1e-6
  })

  const samples = samplesOf(curve.at, spec.range)
  const yEnds = endsOf(samples)
  const slopes = spec.kind === 'derivative' ? samplesOf(curve.slope, spec.range) : []
  const errors = computed(() => isLimit ? errorsOf(spec, x.value) : [])

  return { names: { input: spec.input, output: curve.name }, x, h, y, step, xEnds, hEnds, exponent, setX, setH, stepX, stepH, feet, tangent, kink, kinkBetween, samples, yEnds, slopes, errors }
}
export type Feet = ReturnType<typeof useFeet>
