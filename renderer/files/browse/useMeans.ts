import { type BrowsedDataset, type BrowsedSplit, browsedSplits, browseLimits } from '@contract'
import { shallowRef, watch } from 'vue'
import { request } from '../../lib/bridge'

/** A mean image: 0 (paper) to 1 (ink); null for a class without images */
export type Mean = Float32Array | null

/** The mean images of a dataset's classes, brought when they are first looked at. @param dataset another one begins anew @param failed gets what a request has thrown */
export function useMeans(dataset: () => BrowsedDataset, failed: (cause: unknown) => void) {
  /** By split and class; undefined: not there yet */
  const known = shallowRef<ReadonlyMap<string, Mean>>(new Map())
  const asked = new Set<string>()
  /** Of both splits, by the mean of the training images: the same object again, so that nothing is drawn anew */
  const mixed = new WeakMap<Float32Array, Float32Array>()
  watch(() => dataset().info.id, () => {
    known.value = new Map()
    asked.clear()
  })
  const keyOf = (split: BrowsedSplit, label: number) => `${split}:${label}`

  /** Brings the means of some classes in a split. */
  async function bring(split: BrowsedSplit, labels: readonly number[]): Promise<void> {
    const missing = labels.filter(label => !asked.has(keyOf(split, label)))
    missing.forEach(label => asked.add(keyOf(split, label)))
    const { id } = dataset().info
    for (let first = 0; first < missing.length; first += browseLimits.classes) {
      const classes = missing.slice(first, first + browseLimits.classes)
      try {
        const means = await request('data:means', { dataset: id, split, classes })
        if (id !== dataset().info.id) return
        known.value = new Map([...known.value, ...classes.map((label, i) => [keyOf(split, label), means[i] ?? null] as const)])
      }
      catch (cause) {
        if (id === dataset().info.id) failed(cause)
        return
      }
    }
  }
  const partsOf = (split: BrowsedSplit | 'all'): readonly BrowsedSplit[] => split === 'all' ? browsedSplits : [split]
  /** Brings the means of some classes; of all images, those of both splits. */
  const want = (split: BrowsedSplit | 'all', labels: readonly number[]): Promise<unknown> => Promise.all(partsOf(split).map(part => bring(part, labels)))

  /** The mean of a class, of all images weighted by their number; undefined: not there yet. @param counts of the class in each split */
  function meanOf(split: BrowsedSplit | 'all', label: number, counts: Readonly<Record<BrowsedSplit, number>>): Mean | undefined {
    const parts = partsOf(split).map(part => ({ mean: known.value.get(keyOf(part, label)), count: counts[part] }))
    if (parts.some(({ mean }) => mean === undefined)) return undefined
    const [first, second] = parts.flatMap(({ mean, count }) => mean ? [{ mean, count }] : [])
    if (!first || !second) return first?.mean ?? null
    const share = first.count / (first.count + second.count)
    const both = mixed.get(first.mean) ?? first.mean.map((value, d) => share * value + (1 - share) * second.mean[d]!)
    mixed.set(first.mean, both)
    return both
  }
  return { want, meanOf }
}
