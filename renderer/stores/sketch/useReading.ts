import { type DatasetInfo, doubtIn, isUnlikeAny, lossDefinition, mnist } from '@core'
import { computed, reactive } from 'vue'
import { useMoment } from '../moment'
import { useSettings } from '../settings'
import { useNeighbours } from './neighbours'
import { isKept, type NetworkChoice, useNetworks } from './networks'
import { seenOf } from './network-input'
import { type Place, useSketch } from './sketch'
import { imageOn } from './strokes'

/** The drawing as the network of one place reads it: as an image of the dataset that this network has learned. */
export function useReading(place: () => Place) {
  const moment = useMoment()
  const settings = useSettings()
  const sketch = useSketch()
  const neighbours = useNeighbours()
  const networks = useNetworks()
  const source = computed<NetworkChoice>({
    get() {
      const chosen = sketch.sources[place()]
      return isKept(chosen) && !networks.keptOf(chosen) ? 'sample' : chosen // it made room for another one
    },
    set: chosen => sketch.setSource(place(), chosen),
  })
  /** The run's, a kept network's, or MNIST for the sample. Every state of the run brings a new object, but only a change matters. */
  const dataset = computed<DatasetInfo>((before) => {
    const now = source.value === 'run' ? moment.state?.dataset ?? mnist : networks.keptOf(source.value)?.dataset ?? mnist
    return before && isSame(before, now) ? before : now
  })
  /** Whether the network's outputs are probabilities; those of the squared error are not */
  const areProbabilities = computed(() => {
    const { loss } = source.value === 'run' ? moment.state?.config.network ?? {} : networks.networkOf(source.value)?.model.architecture ?? {}
    return !loss || lossDefinition(loss).probabilities
  })
  const ofDigits = computed(() => dataset.value.preprocessing === 'digit')
  /** rows × columns, 0 to 1; null while the paper is blank */
  const pixels = computed(() => seenOf(sketch.drawing, dataset.value, place() === 'room' ? sketch.off : undefined))
  const image = computed(() => imageOn(sketch.drawing))
  /** The dataset's image, while nothing is drawn over it */
  const paperImage = computed(() => sketch.drawing.strokes.length === 0 && image.value?.dataset === dataset.value.id && !image.value.isErased ? image.value : null)
  /** Whether the image on the paper comes from a dataset that this network has not learned */
  const foreign = computed(() => image.value !== null && image.value.dataset !== dataset.value.id)
  /** Index of the class that was meant, of this network's; the class of an image from another dataset is none of them. Null: not known */
  const meant = computed(() => sketch.said ?? (foreign.value || sketch.drawing.strokes.length > 0 ? null : image.value?.label ?? null))
  /** The image that a person has drawn as a digit; null for a dataset's own */
  const drawn = computed(() => ofDigits.value && !paperImage.value && !foreign.value ? pixels.value : null)
  /** Why this may not be a digit; never set for a test image alone */
  const doubt = computed(() => {
    if (!drawn.value) return null
    const { found } = neighbours
    const isUnlike = dataset.value.id === mnist.id && found?.of.dataset.id === mnist.id && found.nearest[0] && isUnlikeAny(found.of.pixels, found.nearest[0].distance)
    return doubtIn(drawn.value) ?? (isUnlike ? areProbabilities.value ? 'unlike' : 'unlikeOutputs' : null)
  })
  const hasImages = computed(() => dataset.value.id === mnist.id ? settings.info?.dataset.phase === 'ready' : dataset.value.id === moment.state?.dataset.id)
  const testImages = computed(() => hasImages.value ? dataset.value.counts.test : 0)
  const take = async (which: 'random' | 'next' | 'previous') => { if (testImages.value) await sketch.take(which, dataset.value, sketch.split) }
  const nameOf = (label: number) => dataset.value.classes[label] ?? String(label)
  return reactive({ source, dataset, areProbabilities, ofDigits, foreign, meant, pixels, drawn, paperImage, doubt, testImages, take, nameOf })
}

export type Reading = ReturnType<typeof useReading>

const isSame = (a: DatasetInfo, b: DatasetInfo): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
