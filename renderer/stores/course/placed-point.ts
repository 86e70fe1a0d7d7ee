import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { SlopeSpec } from '../../course/slopes'

const nameOf = (curve: SlopeSpec): string => JSON.stringify(curve)

/** The point that the learner places on a curve, in the question's card and in the picture beside it. */
export const usePlacedPoint = defineStore('placedPoint', () => {
  const placed = shallowRef<{ readonly curve: string, readonly x: number } | null>(null)

  /** @returns null before a point is placed on this curve */
  const on = (curve: SlopeSpec): number | null => placed.value?.curve === nameOf(curve) ? placed.value.x : null
  const place = (curve: SlopeSpec, x: number) => { placed.value = { curve: nameOf(curve), x } }
  return { on, place }
})
