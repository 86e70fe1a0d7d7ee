import type { DigitCollection } from '@contract'
import { digitSide, imageBytes, mnist, unitImageOf } from '@core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { request } from '../lib/bridge'
import { useDatasets } from './datasets'
import { useNotices } from './notices'

const pixelCount = digitSide ** 2

/** A digit that was drawn and labelled. */
export interface OwnDigit {
  /** Its number: it never changes */
  readonly index: number
  readonly label: number
  /** 28 × 28, 0 (paper) to 1 (ink) */
  readonly pixels: Float32Array
}

/** The digits that a person has drawn and labelled, without the deleted ones. */
export const useOwnDigits = defineStore('ownDigits', () => {
  const notices = useNotices()
  const datasets = useDatasets()
  const collection = shallowRef<DigitCollection | null>(null)
  /** Number of the one that was hidden last, which may come back; null: none */
  const lastHidden = shallowRef<number | null>(null)

  const digits = computed((): readonly OwnDigit[] => {
    const { images, labels, hidden } = collection.value ?? { images: new Uint8Array(), labels: new Uint8Array(), hidden: [] }
    const gone = new Set(hidden)
    return Array.from(labels, (label, index) => ({ index, label, pixels: unitImageOf(images.subarray(index * pixelCount, (index + 1) * pixelCount)) })).filter(({ index }) => !gone.has(index))
  })
  const counts = computed(() => mnist.classes.map((_, label) => digits.value.filter(digit => digit.label === label).length))

  /** @returns whether it was done */
  async function take(work: () => Promise<DigitCollection | null | undefined>): Promise<boolean> {
    const next = await notices.attempt(work)
    if (next) collection.value = next
    return Boolean(next)
  }
  const load = async () => { if (!collection.value) await take(() => request('digits:read')) }
  /** Keeps a digit. @param pixels 28 × 28, 0 (paper) to 1 (ink) */
  const add = (pixels: Float32Array, label: number) => take(() => request('digits:add', { image: imageBytes(pixels), label }))
  async function hide(index: number) { if (await take(() => request('digits:hide', { index, isHidden: true }))) lastHidden.value = index }
  async function bringBack() {
    const { value: index } = lastHidden
    if (index !== null && await take(() => request('digits:hide', { index, isHidden: false }))) lastHidden.value = null
  }
  /** @param name suggested file name. @returns the file's name; undefined: none was written */
  const save = async (name: string) => (await notices.attempt(() => request('digits:export', { name })))?.name
  /** @returns how many were added; undefined: none */
  async function open(): Promise<number | undefined> {
    const found = await notices.attempt(() => request('digits:import'))
    if (found) collection.value = found.digits
    return found?.added
  }
  /** Makes a dataset of them, as they are now. @returns its name */
  async function toDataset(name: string): Promise<string | undefined> {
    const info = await notices.attempt(() => request('digits:dataset', { name }))
    await datasets.refresh()
    return info?.name
  }
  return { digits, counts, lastHidden, load, add, hide, bringBack, save, open, toDataset }
})
