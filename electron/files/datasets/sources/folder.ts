import { basename } from 'node:path'
import { type DatasetInfo, datasetLimits, digitSide, edgeLightness, imageBytes, isWithinLimit, type LabelledImages, labelWidthFor, LabError, Random, resizePicture } from '@core'
import { type Picture, readPng } from '../../image'
import { checkGoesOn, type FoundImages, leftOut, type PictureCount, type Reading, unusedClasses } from './found'
import { type PictureFile, readClassFolders } from './folder-tree'

/** How pictures become images of one size with their ink bright. */
export interface FolderChoices {
  /** Size of the images; null: the pictures' own where most of them have it, else 28×28 */
  readonly size: ImageSize | null
  /** Whether ink is darker than paper; null: as most pictures' edges say */
  readonly isDark: boolean | null
}
export interface ImageSize { readonly rows: number, readonly columns: number }

/** The images are not in the order of their classes, so that any part of them is like all of them. */
const orderSeed = 10
/** Number of pictures that are looked at to find out whether ink is dark */
const sampled = 60

interface Task extends PictureFile { readonly label: number }

/**
 * Reads the PNG pictures of a folder with a sub-folder for each class. A picture that cannot be read is left out and named.
 * @throws LabError dataset.noClasses, dataset.tooManyClasses, dataset.noPictures, dataset.tooLarge, dataset.cancelled, file.*
 */
export async function readFolder(path: string, choices: FolderChoices, { onProgress, signal }: Reading = {}): Promise<FoundImages> {
  const { classes, train, test, others, empty } = await readClassFolders(path, signal)
  const [trained, tested] = [tasksOf(train), tasksOf(test ?? [])]
  const tasks = [...trained, ...tested]
  const sizes = sizesOf(tasks)
  const size = choices.size ?? usualSize(sizes)
  if (!isWithinLimit(tasks.length, size)) throw new LabError('dataset.tooLarge', `${path}: ${tasks.length} pictures of ${size.rows}×${size.columns}`, { file: basename(path), found: tasks.length, max: Math.floor(datasetLimits.bytes / size.rows / size.columns) })
  const isDark = choices.isDark ?? await hasDarkInk(tasks, signal)
  const preprocessing = isDark ? 'resizeDark' : 'resize'

  const damaged: string[] = []
  let done = 0
  const read = async (part: readonly Task[]): Promise<LabelledImages> => {
    const bytes = size.rows * size.columns
    const images = new Uint8Array(part.length * bytes)
    const labels = new Uint16Array(part.length)
    let count = 0
    for (const task of part) {
      checkGoesOn(signal)
      onProgress?.(done++, tasks.length)
      const picture = await pictureOf(task)
      if ('damage' in picture) {
        damaged.push(picture.damage === '' ? task.name : `${task.name} (${picture.damage})`)
        continue
      }
      images.set(imageOf(picture, { shape: [1, size.rows, size.columns], preprocessing }), count * bytes)
      labels[count++] = task.label
    }
    return { images: images.subarray(0, count * bytes), labels: labels.subarray(0, count), labelWidth: labelWidthFor(classes.length) }
  }
  const [readTrain, readTest] = [await read(trained), test && await read(tested)]
  if (readTrain.labels.length === 0) throw new LabError('dataset.noPictures', `${path}: no picture can be read`, { file: basename(path), found: damaged[0] ?? '–' })
  const images = { ...size, classes, train: readTrain, test: readTest && readTest.labels.length > 0 ? readTest : null, source: basename(path) }
  return {
    kind: 'folder', name: basename(path), preprocessing, sha256: null, given: {}, files: {}, sizes, images,
    problems: [leftOut('dataset.damagedPictures', damaged), leftOut('dataset.emptyClasses', empty), unusedClasses(images), leftOut('dataset.otherFiles', others)].filter(problem => problem !== null),
  }
}

/** All pictures with the index of their class, in an order that is always the same. */
function tasksOf(classes: readonly (readonly PictureFile[])[]): readonly Task[] {
  const tasks = classes.flatMap((files, label) => files.map(file => ({ ...file, label })))
  const order = Uint32Array.from(tasks, (_, i) => i)
  new Random(orderSeed).shuffle(order)
  return Array.from(order, i => tasks[i]!)
}

/** The pictures' sizes, the commonest first, the larger one of two that are equally common. */
function sizesOf(tasks: readonly Task[]): readonly PictureCount[] {
  const counts = new Map<string, PictureCount>()
  for (const { size } of tasks) {
    if (!size) continue
    const { width: columns, height: rows } = size
    const key = `${rows}×${columns}`
    counts.set(key, { rows, columns, count: 1 + (counts.get(key)?.count ?? 0) })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || b.rows * b.columns - a.rows * a.columns)
}

/** The size of most pictures where images may be so large, else 28×28. */
function usualSize(sizes: readonly PictureCount[]): ImageSize {
  const [first] = sizes
  const all = sizes.reduce((sum, { count }) => sum + count, 0)
  return first && isPossibleSize(first) && 2 * first.count >= all ? { rows: first.rows, columns: first.columns } : { rows: digitSide, columns: digitSide }
}

export const isPossibleSize = ({ rows, columns }: ImageSize): boolean => rows <= datasetLimits.side && columns <= datasetLimits.side

/** Whether most pictures have light paper at their edge. */
async function hasDarkInk(tasks: readonly Task[], signal: AbortSignal | undefined): Promise<boolean> {
  let balance = 0
  for (const task of tasks.slice(0, sampled)) {
    checkGoesOn(signal)
    const picture = await pictureOf(task)
    if (!('damage' in picture)) balance += Math.sign(edgeLightness(picture.rgba, picture.width, picture.height) - 0.5)
  }
  return balance > 0
}

const imageOf = ({ rgba, width, height }: Picture, dataset: Pick<DatasetInfo, 'shape' | 'preprocessing'>): Uint8Array => imageBytes(resizePicture(rgba, width, height, dataset))

/** What a picture shows, or what is there instead; empty for a damaged PNG: the format's own terms help nobody in a list. */
async function pictureOf({ path }: Task): Promise<Picture | { readonly damage: string }> {
  try { return await readPng(path) }
  catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    return { damage: cause.code === 'image.damaged' ? '' : String(cause.details['found'] ?? cause.code) }
  }
}
