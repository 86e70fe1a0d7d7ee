import type { DrawSource, LayerOutput, Walk } from '@contract'
import { type LabError, mnist, ownError, shapeText } from '@core'
import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import { request } from '../../lib/bridge'
import { latestWins } from '../../lib/latest-wins'
import { useRun } from '../../stores/run'
import { useSettings } from '../../stores/settings'
import { seenOf } from '../../stores/sketch/network-input'
import { useSketch } from '../../stores/sketch/sketch'

export type WalkSource = Exclude<DrawSource, 'run'>
export type WalkImage = 'test' | 'drawing'

/** A layer on the way, with what it makes of the numbers before it. */
export interface Station extends LayerOutput {
  readonly kind: 'affine' | 'relu' | 'softmax'
  /** '(784, 50)', of an Affine layer's weights */
  readonly weights: string | null
  /** Shape of what arrives: '(1, 784)' */
  readonly arriving: string
}

/** One image on its way through 784-50-10: a digit of the test data, or what was last drawn in the Draw room. */
export function useWalk() {
  const run = useRun()
  const settings = useSettings()
  const sketch = useSketch()
  const drawn = computed(() => seenOf(sketch.drawing, mnist))
  const source = ref<WalkSource>('sample')
  const image = ref<WalkImage>(drawn.value ? 'drawing' : 'test')
  const index = ref(0)
  const digit = shallowRef<{ readonly image: Float32Array, readonly label: number } | null>(null)
  const walk = shallowRef<Walk | null>(null)
  const refused = shallowRef<LabError | null>(null)
  const fail = (cause: unknown) => { refused.value = ownError(cause) }

  const pixels = computed(() => image.value === 'drawing' ? drawn.value : digit.value?.image ?? null)
  /** What the test data call the image; null for a drawing */
  const label = computed(() => image.value === 'test' ? digit.value?.label ?? null : null)
  const hasTestImages = computed(() => settings.info?.dataset.phase === 'ready')

  const fetchDigit = latestWins((first: number) => request('data:images', { dataset: mnist.id, split: 'test', first, count: 1 }), ({ images: [found] }) => { digit.value = found ?? null }, fail)
  const predict = latestWins((asked: { source: WalkSource, pixels: Float32Array }) => request('draw:walk', asked), (answer, asked) => {
    if (asked.pixels !== pixels.value) return
    refused.value = null
    walk.value = answer
  }, fail)
  onMounted(() => {
    watch([index, hasTestImages], () => { if (hasTestImages.value) fetchDigit(index.value) }, { immediate: true })
    watch([pixels, source, () => run.ready], () => {
      walk.value = null
      if (pixels.value && run.ready) predict({ source: source.value, pixels: pixels.value })
    }, { immediate: true })
  })
  const another = () => { index.value = (index.value + 1) % mnist.counts.test }

  const stations = computed<readonly Station[]>(() => (walk.value?.layers ?? []).map((layer, i, layers) => {
    const arriving = layers[i - 1]?.out.length ?? pixels.value!.length
    const kind = /^affine/.test(layer.name) ? 'affine' : /^relu/.test(layer.name) ? 'relu' : 'softmax'
    return { ...layer, kind, weights: kind === 'affine' ? shapeText([arriving, layer.out.length]) : null, arriving: shapeText([1, arriving]) }
  }))
  return { source, image, pixels, label, drawn, hasTestImages, walk, refused, stations, another }
}
