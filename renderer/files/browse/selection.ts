import { type BrowsedDataset, type BrowsedSplit, browsedSplits } from '@contract'
import { type BrowseFilter, type BrowseOrder, imageAt } from '../../stores/browse'

type Labels = BrowsedDataset['labels']
/** What a network reads in each image; null: not known */
export type ReadBy = Readonly<Record<BrowsedSplit, Uint16Array | null>>

/** A class that the network reads means the images that it misreads as it, unless their own class is asked for. */
const isWanted = (label: number, read: number | undefined, { read: filter, label: own }: Pick<BrowseFilter, 'read' | 'label'>): boolean =>
  filter === 'any' || (read !== undefined && (filter === 'wrong' ? read !== label : filter === 'right' ? read === label : read === filter && (read !== label || own === label)))

/** Calls back for each image of a split, or of all, that the network reads as is asked for. */
function eachOf(labels: Labels, filter: BrowseFilter, predicted: ReadBy, found: (place: number, label: number) => void): void {
  const { split, read } = filter
  for (const name of browsedSplits) {
    if (split !== 'all' && split !== name) continue
    const first = name === 'train' ? 0 : labels.train.length
    const [own, answers] = [labels[name], predicted[name]]
    if (read !== 'any' && !answers) continue
    for (let index = 0; index < own.length; index++) if (isWanted(own[index]!, answers?.[index], filter)) found(first + index, own[index]!)
  }
}

/** The places of the images that are shown, in their order; within a class by their index. */
export function selectImages(labels: Labels, filter: BrowseFilter, order: BrowseOrder, predicted: ReadBy): Uint32Array {
  const places: number[] = []
  eachOf(labels, filter, predicted, (place, label) => { if (filter.label === null || filter.label === label) places.push(place) })
  if (order === 'index' || filter.label !== null) return Uint32Array.from(places)
  const labelOf = (place: number): number => labels[imageAt(place, labels).split][imageAt(place, labels).index]!
  const starts = [0]
  for (const place of places) {
    const after = labelOf(place) + 1
    starts[after] = (starts[after] ?? 0) + 1
  }
  for (let label = 1; label < starts.length; label++) starts[label] = (starts[label] ?? 0) + starts[label - 1]!
  const sorted = new Uint32Array(places.length)
  for (const place of places) sorted[starts[labelOf(place)]!++] = place
  return sorted
}

/** How many of the images that are read as is asked for each class has, whatever class is shown. */
export function countImages(labels: Labels, filter: BrowseFilter, predicted: ReadBy, classes: number): Uint32Array {
  const counts = new Uint32Array(classes)
  eachOf(labels, filter, predicted, (_, label) => { counts[label]!++ })
  return counts
}
