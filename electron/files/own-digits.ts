import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { checkIdxPair, digitSide, FormatError, LabError, mnist, parseIdxImages, parseIdxLabels, writeIdx } from '@core'
import type { DigitCollection } from '@contract'
import * as v from 'valibot'
import { atomicWrite } from './atomic'
import { labelsFileOf, unpackIdx } from './datasets/sources/idx'
import { JsonStore } from './json-store'
import { readWhole } from './read'

const pixels = digitSide ** 2
/** All of them are in memory at once, and written again with each new one: 8 MB */
const mostDigits = 10_000
const [imagesName, labelsName, hiddenName] = ['images.idx', 'labels.idx', 'hidden.json'] as const
const hiddenSchema = v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0)))

/** Digits with their labels: count × 28 × 28 bytes, 0 (paper) to 255 (ink), and count bytes */
export interface LabelledDigits { readonly images: Uint8Array, readonly labels: Uint8Array }

/**
 * The digits that a person has drawn and labelled: an IDX pair that only grows, so that a number always means the same digit.
 * Deleting one hides it.
 */
export class OwnDigits {
  private hidden: Promise<JsonStore<readonly number[]>> | null = null
  /** Changes are made one after the other */
  private latest: Promise<unknown> = Promise.resolve()

  /** @param folder of their own, created with the first one */
  constructor(private readonly folder: string) {}

  /** @throws FormatError idx.* for damaged files; LabError file.* */
  async read(): Promise<DigitCollection> {
    const [images, labels] = await Promise.all([imagesName, labelsName].map(name => readWhole(join(this.folder, name), { maxBytes: 16 + mostDigits * pixels, name })
      .catch((cause: unknown) => { if (cause instanceof LabError && cause.code === 'file.missing') return null; else throw cause })))
    if (!images || !labels) return { images: new Uint8Array(), labels: new Uint8Array(), hidden: [] } // the labels are written last
    const found = parseIdxImages(images, imagesName)
    const known = Uint8Array.from(parseIdxLabels(labels, labelsName, mnist.classes.length))
    if (known.length > found.count) checkIdxPair(found, known, { images: imagesName, labels: labelsName })
    const { value: hidden } = await this.hiddenOnes()
    return { images: found.images.slice(0, known.length * pixels), labels: known, hidden: hidden.filter(index => index < known.length) }
  }

  /** Adds digits at the end. @throws LabError digits.full, file.*: then none is added */
  add({ images, labels }: LabelledDigits): Promise<DigitCollection> {
    return this.next(async () => {
      const old = await this.read()
      const count = old.labels.length + labels.length
      if (count > mostDigits) throw new LabError('digits.full', `${count} digits, at most ${mostDigits}`, { found: count, max: mostDigits })
      await mkdir(this.folder, { recursive: true })
      await atomicWrite(join(this.folder, imagesName), writeIdx([count, digitSide, digitSide], joined(old.images, images)))
      await atomicWrite(join(this.folder, labelsName), writeIdx([count], joined(old.labels, labels)))
      return await this.read()
    })
  }

  /** Hides a digit, or shows it again. */
  hide(index: number, isHidden: boolean): Promise<DigitCollection> {
    return this.next(async () => {
      const store = await this.hiddenOnes()
      await mkdir(this.folder, { recursive: true })
      await store.set([...store.value.filter(other => other !== index), ...isHidden ? [index] : []])
      return await this.read()
    })
  }

  /** The digits that are not hidden, in their order. */
  async shown(): Promise<LabelledDigits> {
    const { images, labels, hidden } = await this.read()
    const kept = [...labels.keys()].filter(index => !hidden.includes(index))
    return { images: joined(...kept.map(index => images.subarray(index * pixels, (index + 1) * pixels))), labels: Uint8Array.from(kept, index => labels[index]!) }
  }

  /** Writes them as an IDX pair. @param path of the images; the labels get the name that belongs to it */
  async export(path: string): Promise<void> {
    const { images, labels } = await this.shown()
    await atomicWrite(path, writeIdx([labels.length, digitSide, digitSide], images))
    await atomicWrite(join(dirname(path), labelsFileOf(basename(path))), writeIdx([labels.length], labels))
  }

  /** Adds the digits of an IDX pair, plain or gzip. @param path of the images @throws FormatError idx.*; LabError digits.pair, digits.full, file.* */
  async import(path: string): Promise<{ readonly added: number, readonly digits: DigitCollection }> {
    const name = basename(path)
    const labelsFile = labelsFileOf(name)
    if (labelsFile === name) throw new LabError('digits.pair', `${name} names no labels`, { file: name })
    const { rows, columns, count, images } = parseIdxImages((await unpackIdx({ path, name }, 'trainImages', maxBytes)).bytes, name)
    if (rows !== digitSide || columns !== digitSide) throw new FormatError('idx.size', `${name}: images of ${rows}×${columns}`, { file: name, at: 8, wanted: `${digitSide}×${digitSide}`, found: `${rows}×${columns}` })
    const labels = parseIdxLabels((await unpackIdx({ path: join(dirname(path), labelsFile), name: labelsFile }, 'trainLabels', maxBytes)).bytes, labelsFile, mnist.classes.length)
    checkIdxPair({ count }, labels, { images: name, labels: labelsFile })
    return { added: count, digits: await this.add({ images, labels: Uint8Array.from(labels) }) }
  }

  /** Writes the shown ones to a temporary pair. @param use gets the paths */
  async withFiles<T>(use: (files: { readonly images: string, readonly labels: string }) => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true })
    const folder = await mkdtemp(join(this.folder, 'copy-'))
    try {
      const images = join(folder, imagesName)
      await this.export(images)
      return await use({ images, labels: join(folder, labelsFileOf(imagesName)) })
    }
    finally { await rm(folder, { recursive: true, force: true }) }
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.latest.then(work)
    this.latest = done.catch(() => undefined) // the caller gets the error
    return done
  }

  private hiddenOnes(): Promise<JsonStore<readonly number[]>> {
    return this.hidden ??= JsonStore.open<readonly number[]>(join(this.folder, hiddenName), v.parser(hiddenSchema), [])
  }
}

const maxBytes = 64 * 2 ** 20

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
