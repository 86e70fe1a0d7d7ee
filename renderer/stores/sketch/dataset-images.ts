import type { DatasetInfo } from '@core'
import { request } from '../../lib/bridge'
import type { useNotices } from '../notices'
import type { PaperImage } from './strokes'

/** Images that one request looks through: each digit is a tenth of MNIST */
const searched = 100
/** Images that are looked through for one of a class or a misread one: of a network that is 99.5 % accurate, one in 150 is free of mistakes. */
const mostSearched = 1000
/** Images that are read at a time: the window answers meanwhile */
const readAtOnce = 10

/** What is needed to know of a dataset */
export type Images = Pick<DatasetInfo, 'id' | 'counts'>
/** The part of a dataset that an image is of */
export type Split = Exclude<PaperImage['split'], 'own'>
type Found = Omit<PaperImage, 'dataset' | 'split'>

interface Context {
  readonly notices: ReturnType<typeof useNotices>
  /** The dataset's image on the paper */
  readonly shown: () => PaperImage | null
  /** Puts an image on the paper. */
  readonly show: (image: PaperImage) => void
}

/** Puts images of a dataset on the paper. A later request supersedes an earlier one, as from key repeat. */
export function datasetImages({ notices, shown, show }: Context) {
  let wanted: { readonly dataset: string, readonly split: Split, readonly index: number | null } | null = null

  /** Where one is in a dataset: at the image on the paper, or at the one that is on its way */
  function placeIn(dataset: string, split?: Split): { readonly split: Split, readonly index: number } | null {
    const at = wanted ?? shown()
    if (at?.split === 'own') return null // of no dataset
    return at?.dataset === dataset && at.index !== null && (split === undefined || at.split === split) ? { split: at.split, index: at.index } : null
  }

  /** Shows a random image, or the next or previous one of that on the paper. @param split of a random one */
  async function take(which: 'random' | 'next' | 'previous', images: Images, split: Split = 'test') {
    const at = which === 'random' ? null : placeIn(images.id)
    const count = images.counts[at?.split ?? split]
    await takeAt(at ? (at.index + (which === 'next' ? 1 : count - 1)) % count : Math.floor(Math.random() * count), images, at?.split ?? split)
  }

  async function takeAt(index: number, { id: dataset }: Images, split: Split = 'test') {
    await search({ dataset, split, index }, async isWanted => (await imagesFrom(dataset, split, index, 1, isWanted))?.[0] ?? null)
  }

  /** Shows an image of one class: the next one after that on the paper. */
  async function takeClass(label: number, images: Images, split: Split = 'test') {
    await takeFirst(images, split, found => Promise.resolve(found.findIndex(image => image.label === label)))
  }

  /**
   * Shows an image that a network misreads: the next one after that on the paper.
   * @param read returns the index of the predicted class, or null without a prediction
   * @returns how many images were looked at in vain
   */
  async function takeWrong(images: Images, split: Split, read: (image: Float32Array) => Promise<number | null>): Promise<number> {
    return await takeFirst(images, split, async (found, isWanted) => {
      for (let i = 0; i < found.length && isWanted(); i += readAtOnce) {
        const some = found.slice(i, i + readAtOnce)
        const answers = await Promise.all(some.map(({ image }) => read(image)))
        const at = answers.findIndex((answer, k) => answer !== null && answer !== some[k]!.label)
        if (at >= 0) return i + at
      }
      return -1
    })
  }

  /** Looks through the images after the one on the paper, and goes on from the first one after the last. */
  async function takeFirst({ id: dataset, counts }: Images, split: Split, indexIn: (found: readonly Found[], isWanted: () => boolean) => Promise<number>): Promise<number> {
    const count = counts[split]
    const most = Math.min(count, mostSearched)
    const start = (placeIn(dataset, split)?.index ?? -1) + 1
    let inVain = 0
    await search({ dataset, split, index: null }, async (isWanted) => {
      while (inVain < most && isWanted()) {
        const first = (start + inVain) % count
        const found = await imagesFrom(dataset, split, first, Math.min(searched, count - first, most - inVain), isWanted)
        if (!found) return null
        const at = await indexIn(found, isWanted)
        if (at >= 0) {
          inVain = 0
          return found[at]!
        }
        inVain += found.length
      }
      return null
    })
    return inVain
  }

  async function search(asked: NonNullable<typeof wanted>, find: (isWanted: () => boolean) => Promise<Found | null>) {
    wanted = asked
    const found = await notices.attempt(() => find(() => wanted === asked))
    if (wanted !== asked) return
    wanted = null
    if (found) show({ dataset: asked.dataset, split: asked.split, ...found })
  }

  async function imagesFrom(dataset: string, split: Split, first: number, count: number, isWanted: () => boolean): Promise<readonly Found[] | null> {
    const found = await request('data:images', { dataset, split, first, count })
    return isWanted() ? found.images.map((image, i) => ({ shape: found.shape, index: first + i, ...image })) : null
  }

  const supersede = () => { wanted = null }
  return { take, takeAt, takeClass, takeWrong, supersede }
}
